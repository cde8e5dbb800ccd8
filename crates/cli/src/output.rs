//! Standard output that may be closed at any time: a reader who has seen enough is no error.

use std::fmt::Arguments;
use std::io::{BufWriter, ErrorKind, Result, Stdout, Write};

/// Standard output.
pub(crate) struct Output {
    to: BufWriter<Stdout>,
    /// What went wrong first.
    error: Option<std::io::Error>,
}

impl Output {
    pub(crate) fn stdout() -> Output {
        Output { to: BufWriter::with_capacity(64 * 1024, std::io::stdout()), error: None }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: Arguments<'_>) {
        self.attempt(|to| writeln!(to, "{line}"));
    }

    /// Writes a text as it is.
    pub(crate) fn text(&mut self, text: &str) {
        self.attempt(|to| to.write_all(text.as_bytes()));
    }

    /// Has all of it seen now.
    pub(crate) fn flush(&mut self) {
        self.attempt(Write::flush);
    }

    /// Nobody reads any more, or nothing can be written.
    pub(crate) fn is_closed(&self) -> bool {
        self.error.is_some()
    }

    /// Whether everything was written that anybody wanted to read.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.flush();
        match self.error.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn attempt(&mut self, write: impl FnOnce(&mut BufWriter<Stdout>) -> Result<()>) {
        if self.error.is_none() {
            self.error = write(&mut self.to).err();
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // What is still in the buffer would be tried once more.
        if self.error.is_some() {
            let lost = std::mem::replace(&mut self.to, BufWriter::with_capacity(0, std::io::stdout()));
            let _ = lost.into_parts();
        }
    }
}

//! How far something has come, on standard error: a bar on a terminal, otherwise a line now and then.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use super::table::{counted, grouped};

const WIDTH: u64 = 30;

/// A bar, or lines.
pub(crate) struct Progress {
    all: u64,
    began: Instant,
    shown: Instant,
    every: Duration,
    terminal: bool,
    visible: bool,
}

impl Progress {
    pub(crate) fn new(all: u64) -> Progress {
        let terminal = stderr().is_terminal();
        let every = if terminal { Duration::from_millis(100) } else { Duration::from_secs(10) };
        let now = Instant::now();
        Progress { all, began: now, shown: now, every, terminal, visible: false }
    }

    /// So much is done; `failed` of it went wrong.
    pub(crate) fn show(&mut self, done: u64, failed: u64) {
        if self.shown.elapsed() < self.every {
            return;
        }
        self.shown = Instant::now();
        let words = self.words(done, failed);
        let mut to = stderr();
        // Nobody can be told that nothing can be told.
        let _ = if self.terminal {
            let full = WIDTH * done / self.all.max(1);
            let bar: String = (0..WIDTH).map(|place| if place < full { '█' } else { '░' }).collect();
            self.visible = true;
            write!(to, "\r\x1b[K{bar} {words}").and_then(|()| to.flush())
        } else {
            writeln!(to, "{words}")
        };
    }

    fn words(&self, done: u64, failed: u64) -> String {
        let elapsed = self.began.elapsed().as_secs_f64();
        let left = elapsed / done.max(1) as f64 * self.all.saturating_sub(done) as f64;
        let failures = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        format!("{} of {}{failures}, {left:.0} s to go", grouped(done), counted(self.all, "seed"))
    }

    /// Takes the bar away, so that something else can be said.
    pub(crate) fn hide(&mut self) {
        if self.visible {
            self.visible = false;
            let _ = write!(stderr(), "\r\x1b[K").and_then(|()| stderr().flush());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.hide();
    }
}

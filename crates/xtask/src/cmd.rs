//! Running other programs.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The command as a person would type it, without its environment.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

fn started<T>(result: io::Result<T>, command: &Command) -> Result<T> {
    result.with_context(|| format!("could not run `{}`", shown(command)))
}

/// Runs a command to its end, its output among the progress.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = started(command.stdin(Stdio::null()).stdout(io::stderr()).status(), command)?;
    succeeded(status, command)
}

/// Runs a command, and ends it when it takes longer than `limit`.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<()> {
    let mut child = started(command.stdin(Stdio::null()).stdout(io::stderr()).spawn(), command)?;
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return succeeded(status, command);
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            bail!("`{}` took longer than {} s", shown(command), limit.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a command quietly and returns its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = started(command.stdin(Stdio::null()).output(), command)?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", shown(command), output.status, complaint.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command and returns its standard output, while what it says otherwise is among the progress.
pub(crate) fn output_only(command: &mut Command) -> Result<String> {
    let output = started(command.stdin(Stdio::null()).stderr(Stdio::inherit()).output(), command)?;
    succeeded(output.status, command)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, passes its standard output on, and hands every line of it to `each`.
pub(crate) fn run_reading(command: &mut Command, mut each: impl FnMut(&str)) -> Result<()> {
    let mut child = started(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn(), command)?;
    let mut lines = BufReader::new(child.stdout.take().context("no standard output to read")?);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        io::stdout().write_all(&line)?;
        io::stdout().flush()?;
        each(&String::from_utf8_lossy(&line));
    }
    let status = child.wait()?;
    succeeded(status, command)
}

fn succeeded(status: ExitStatus, command: &Command) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

//! `serve`: the site on this machine, built again after every change.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cache::Cache;
use crate::say;
use crate::setup::Kit;

/// What can be asked of `serve`.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) port: Option<u16>,
    pub(crate) debug: bool,
    pub(crate) open: bool,
}

const FIRST_PORT: u16 = 8080;

/// The chore `serve`: it ends when it is interrupted.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let port = match options.port {
        Some(port) => free(port).with_context(|| format!("port {port} is taken"))?,
        None => (FIRST_PORT..FIRST_PORT + 100).find_map(free).context("no port is free")?,
    };
    let cache = Cache::open()?;
    let kit = if options.debug { Kit::for_debugging(&cache)? } else { Kit::for_site(&cache)? };
    say::step(format!(
        "Building the site ({})",
        if options.debug { "debug" } else { "release; --debug builds faster" }
    ));

    let mut trunk = kit.command("trunk");
    trunk.args([
        "serve",
        "--locked",
        "--address",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--disable-address-lookup",
    ]);
    // Beside the other build products, so that it never mixes with what `dist` makes.
    trunk.args(["--dist", if options.debug { "target/serve-debug" } else { "target/serve" }]);
    if !options.debug {
        trunk.arg("--release");
    }
    if options.open {
        trunk.arg("--open");
    }
    if kit.offline {
        trunk.arg("--offline");
    }
    let mut child = trunk.stdin(Stdio::null()).spawn().context("could not run trunk")?;
    let mut announced = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        if !announced && answers(port) {
            println!("\nTutti is at http://127.0.0.1:{port}/   (Ctrl-C ends it)\n");
            announced = true;
        }
        thread::sleep(Duration::from_millis(if announced { 500 } else { 100 }));
    }
}

fn free(port: u16) -> Option<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok().map(|listener| listener.local_addr().map_or(port, |a| a.port()))
}

/// Whether the page is to be had.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

//! The built site on a port of this machine, as a plain static host would serve it.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A static host with the site under some path. It ends when this is dropped.
///
/// One thread for each connection and one request for each: with the servers that share threads among connections that
/// are kept, a browser that opens several at once was seen to wait for seconds.
pub struct Site {
    socket: SocketAddr,
    ends: Arc<AtomicBool>,
    content: Arc<Content>,
    thread: Option<JoinHandle<()>>,
    address: String,
}

/// How long a browser may take over its request.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is read of a request.
const REQUEST_LIMIT: u64 = 64 << 10;

/// What a host serves: a folder under a path, and pages of the test's own.
struct Content {
    prefix: String,
    dist: PathBuf,
    extra: BTreeMap<String, String>,
    /// What was asked for.
    asked: Mutex<Vec<String>>,
    /// What is not to be had: all that begins with it.
    withheld: Mutex<Option<String>>,
    /// What takes its time: all that begins with it.
    stalled: Mutex<Option<String>>,
}

impl Site {
    /// The built site under `/`, or nothing, with a line that says so, when this is not a run of `cargo xtask test`.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        Self::under("/")
    }

    /// As [`Site::from_env`], under another path: `/some/where/`.
    #[must_use]
    pub fn under(prefix: &str) -> Option<Self> {
        Self::with_pages(prefix, [])
    }

    /// As [`Site::under`], with further HTML pages: absolute path, text. What a page in a frame does is tested so.
    #[must_use]
    pub fn with_pages<const N: usize>(prefix: &str, pages: [(&str, &str); N]) -> Option<Self> {
        let Some(dist) = env::var_os("TUTTI_PAGE").map(PathBuf::from) else {
            // Not println!, which would not be seen of a test that passes.
            static SAID: Once = Once::new();
            SAID.call_once(|| {
                let _ = writeln!(io::stderr(), "skipped: no built page to look at (`cargo xtask test` brings one)");
            });
            return None;
        };
        Some(Self::of(dist, prefix, pages))
    }

    /// The folder that an environment variable names, under `/`.
    #[must_use]
    pub fn from_var(name: &str) -> Option<Self> {
        env::var_os(name).map(|folder| Self::of(folder.into(), "/", []))
    }

    fn of<const N: usize>(dist: PathBuf, prefix: &str, pages: [(&str, &str); N]) -> Self {
        assert!(dist.join("index.html").is_file(), "there is no index.html in {}", dist.display());
        assert!(prefix.starts_with('/') && prefix.ends_with('/'), "a path begins and ends with a slash: {prefix}");
        let extra = pages.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let (asked, withheld, stalled) = (Mutex::default(), Mutex::default(), Mutex::default());
        let content = Arc::new(Content { prefix: prefix.to_owned(), dist, extra, asked, withheld, stalled });
        let served = Arc::clone(&content);

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let socket = listener.local_addr().expect("its address");
        let ends = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ends);
        let thread = thread::spawn(move || {
            for connection in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    break;
                }
                let (Ok(connection), content) = (connection, Arc::clone(&served)) else { continue };
                // A browser that hangs up is nothing to us.
                thread::spawn(move || answer(&content, &connection));
            }
        });
        Self { socket, ends, content, thread: Some(thread), address: format!("http://{socket}{prefix}") }
    }

    /// Where the site is, with the slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How often something was asked for whose path within the site begins so.
    #[must_use]
    pub fn asked_for(&self, begin: &str) -> usize {
        let asked = self.content.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|path| path.starts_with(begin)).count()
    }

    /// From now on, what begins so is not to be had; nothing is kept back if it is empty.
    pub fn withhold(&self, begin: &str) {
        let mut withheld = self.content.withheld.lock().unwrap_or_else(PoisonError::into_inner);
        *withheld = (!begin.is_empty()).then(|| begin.to_owned());
    }

    /// From now on, what begins so is not answered, until this is called with nothing.
    pub fn stall(&self, begin: &str) {
        let mut stalled = self.content.stalled.lock().unwrap_or_else(PoisonError::into_inner);
        *stalled = (!begin.is_empty()).then(|| begin.to_owned());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        self.stall("");
        // It looks whether it is to end when somebody comes.
        let _ = TcpStream::connect(self.socket);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(content: &Content, mut connection: &TcpStream) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(connection.take(REQUEST_LIMIT)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // What else it says makes no difference, but it is read to its end: an answer before that may be lost.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let (status, kind, body) = match content.find(path) {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not found".to_vec()),
    };
    // A sandboxed frame has an origin of its own, and may load nothing without the permission: static hosts send it.
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\n\
         Connection: close\r\n\r\n",
        body.len()
    )?;
    if !request.starts_with("HEAD ") {
        connection.write_all(&body)?;
    }
    Ok(())
}

impl Content {
    fn find(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        if let Some(text) = self.extra.get(path) {
            return Some((kind(Path::new("page.html")), text.clone().into_bytes()));
        }
        let inside = path.strip_prefix(&self.prefix)?;
        self.asked.lock().ok()?.push(inside.to_owned());
        if self.withheld.lock().ok()?.as_ref().is_some_and(|begin| inside.starts_with(begin)) {
            return None;
        }
        while self.stalled.lock().ok()?.as_ref().is_some_and(|begin| inside.starts_with(begin)) {
            thread::sleep(Duration::from_millis(10));
        }
        let inside = Path::new(inside);
        if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let mut file = self.dist.join(inside);
        if file.is_dir() {
            file.push("index.html");
        }
        Some((kind(&file), fs::read(&file).ok()?))
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

//! The built site on a port of this machine, as a plain static host would serve it.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Once};
use std::thread::{self, JoinHandle};

use tiny_http::{Header, Request, Response, Server};

/// A static host with the site under some path. It ends when this is dropped.
pub struct Site {
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
    address: String,
}

/// What a host serves: a folder under a path, and pages of the test's own.
struct Content {
    prefix: String,
    dist: PathBuf,
    extra: BTreeMap<String, String>,
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
        let content = Arc::new(Content { prefix: prefix.to_owned(), dist, extra });

        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let port = server.server_addr().to_ip().expect("an IP address").port();
        let serving = Arc::clone(&server);
        let thread = thread::spawn(move || {
            for request in serving.incoming_requests() {
                // Each by itself: a browser takes its time over what it was told to load early, and meanwhile wants
                // what makes use of it.
                let content = Arc::clone(&content);
                thread::spawn(move || {
                    // A browser that hangs up is nothing to us.
                    let _ = answer(&content, request);
                });
            }
        });
        Self { server, thread: Some(thread), address: format!("http://127.0.0.1:{port}{prefix}") }
    }

    /// Where the site is, with the slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(content: &Content, request: Request) -> io::Result<()> {
    let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    let Some((kind, body)) = content.find(&path) else {
        return request.respond(Response::from_string("not found").with_status_code(404));
    };
    let header = |name: &str, value: &str| Header::from_bytes(name, value).expect("a header");
    // A sandboxed frame has an origin of its own, and may load nothing without this: static hosts send it.
    let headers = vec![header("Content-Type", kind), header("Access-Control-Allow-Origin", "*")];
    let length = body.len();
    request.respond(Response::new(200.into(), headers, Cursor::new(body), Some(length), None))
}

impl Content {
    fn find(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        if let Some(text) = self.extra.get(path) {
            return Some((kind(Path::new("page.html")), text.clone().into_bytes()));
        }
        let inside = Path::new(path.strip_prefix(&self.prefix)?);
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

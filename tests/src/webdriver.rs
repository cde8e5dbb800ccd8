//! The WebDriver protocol, as far as the page tests go: a driver process and one session with it.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;

use crate::Setting;

/// Keeps Chromium from reaching out by itself, and lets it run as root and in a container.
const CHROME_ARGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--enable-blink-features=ComputedAccessibilityInfo",
];

/// The name under which WebDriver passes elements.
pub(crate) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser of one's own. Browser and driver end with it.
pub(crate) struct Session {
    driver: Child,
    agent: Agent,
    /// The address that every command of the session begins with.
    address: String,
}

impl Session {
    pub(crate) fn start(setting: &Setting) -> Result<Self> {
        let program = program("TUTTI_CHROMEDRIVER", &["chromedriver"])?;
        let chrome =
            program_or("TUTTI_CHROME", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
        let mut driver = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not run {}", program.display()))?;
        let port = match port_told(&mut driver) {
            Ok(port) => port,
            Err(error) => {
                let _ = driver.kill();
                let _ = driver.wait();
                return Err(error);
            }
        };
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        let base = format!("http://127.0.0.1:{port}/session");
        let mut session = Self { driver, agent, address: base };
        let made = session.post("", &capabilities(setting, chrome.as_deref()))?;
        let id = made["sessionId"].as_str().context("the driver named no session")?;
        session.address = format!("{}/{id}", session.address);
        Ok(session)
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        let response = self.agent.get(format!("{}{path}", self.address)).call()?;
        Self::value(response)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let response = self.agent.post(format!("{}{path}", self.address)).send_json(body)?;
        Self::value(response)
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Value> {
        let response = self.agent.delete(format!("{}{path}", self.address)).call()?;
        Self::value(response)
    }

    /// A command of Chromium's own protocol.
    pub(crate) fn cdp(&self, command: &str, params: &Value) -> Result<Value> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    fn value(mut response: ureq::http::Response<ureq::Body>) -> Result<Value> {
        let ok = response.status().is_success();
        // Screenshots are larger than what is read by default.
        let body: Value = response.body_mut().with_config().limit(256 << 20).read_json()?;
        if !ok {
            let text = |name: &str| body["value"][name].as_str().unwrap_or_default().to_owned();
            let (error, message) = (text("error"), text("message"));
            bail!("{error}: {}", message.lines().next().unwrap_or_default());
        }
        Ok(body["value"].clone())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.delete("");
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn capabilities(setting: &Setting, chrome: Option<&Path>) -> Value {
    let mut args: Vec<String> = CHROME_ARGS.map(str::to_owned).into();
    args.push(format!("--window-size={},{}", setting.width, setting.height));
    let mut options = json!({ "args": args });
    if let Some(chrome) = chrome {
        options["binary"] = json!(chrome);
    }
    if setting.phone {
        options["mobileEmulation"] = json!({ "deviceMetrics": {
            "width": setting.width,
            "height": setting.height,
            "pixelRatio": setting.pixel_ratio,
            "touch": true,
            "mobile": true,
        }});
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    }}})
}

/// The program that a variable names, else the first of these on PATH.
fn program_or(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Some(path.into());
    }
    let dirs: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| dirs.iter().map(move |dir| dir.join(name))).find(|path| path.is_file())
}

fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    program_or(variable, names)
        .with_context(|| format!("no {} on PATH, and {variable} is not set: the page cannot be tested", names[0]))
}

/// Reads the port that the driver chose, and goes on reading, so that it never waits for us.
fn port_told(driver: &mut Child) -> Result<u16> {
    let mut lines = BufReader::new(driver.stdout.take().context("the driver has no output")?).lines();
    while let Some(line) = lines.next().transpose()? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.').parse()?;
            thread::spawn(move || lines.for_each(drop));
            return Ok(port);
        }
    }
    bail!("the driver ended before it was ready")
}

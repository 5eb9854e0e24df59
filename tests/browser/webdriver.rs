//! A browser window driven over the WebDriver protocol: just enough of it to be a visitor.
//!
//! <https://www.w3.org/TR/webdriver2/>; what begins with `goog:`, and the log, are ChromeDriver's own.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::PATIENCE;
use crate::process::Process;

/// Between two looks at the page.
const LOOK: Duration = Duration::from_millis(50);
/// Under this name the protocol hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const MISSING: &str = "The browser test needs Chromium and ChromeDriver: tests/run installs it";

/// What the page is seen on.
#[derive(Clone, Copy)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Pixels of the screen to a CSS pixel.
    pub ratio: f32,
    /// Touched, and laid out as phones do.
    pub phone: bool,
}

/// A window with a browser of its own, which knows nothing and ends with it.
pub struct Window {
    runtime: Runtime,
    client: Client,
    session: String,
    driver: Process,
}

impl Window {
    /// Opens an empty window.
    ///
    /// # Panics
    /// Without Chromium and ChromeDriver.
    pub fn open(screen: Screen) -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stderr(Stdio::null());
        // It wants one port of IPv4 and of IPv6, and ends where the second is another's already.
        let tries = (0..3).map(|_| {
            Process::try_to_start(&mut command, MISSING, |line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                Some(port.trim_end_matches('.').to_owned())
            })
        });
        let mut why = String::new();
        let mut tries = tries.filter_map(|tried| tried.map_err(|it| why = it).ok());
        let started = tries.next();
        let (driver, port) = started.unwrap_or_else(|| panic!("{why}"));
        let window = Self {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            client: Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
            session: format!("http://127.0.0.1:{port}/session"),
            driver,
        };
        window.begin(screen)
    }

    fn begin(mut self, screen: Screen) -> Self {
        let mut args: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
        ]
        .map(str::to_owned)
        .into();
        let profile = self.driver.dir().join("profile");
        args.push(format!("--user-data-dir={}", profile.display()));
        args.push(format!("--window-size={},{}", screen.width, screen.height));
        let Screen {
            width,
            height,
            ratio,
            phone,
        } = screen;
        // Emulated on the desktop too: a window of 1280 x 800 shows less than that.
        let metrics = json!({"width": width, "height": height, "pixelRatio": ratio, "touch": phone, "mobile": phone});
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "unhandledPromptBehavior": "ignore",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": args, "mobileEmulation": {"deviceMetrics": metrics}},
        }}});
        let begun = self.ask(Method::POST, "", Some(wanted));
        let begun = begun.unwrap_or_else(|why| panic!("no browser: {why}. {MISSING}"));
        let id = begun["sessionId"].as_str().unwrap();
        self.session = format!("{}/{id}", self.session);
        self
    }

    /// One command of the protocol: its value, or the error in words.
    fn ask(&self, verb: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let mut request = self.client.request(verb, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.runtime.block_on(async {
            let answer = request.send().await?;
            answer.json::<Value>().await
        });
        let mut answer = answer.map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"])),
            None => Ok(value),
        }
    }

    /// Goes to an address, and returns when the page is loaded.
    pub fn go(&self, url: &str) {
        let gone = self.ask(Method::POST, "/url", Some(json!({"url": url})));
        gone.unwrap_or_else(|why| panic!("{url}: {why}"));
    }

    /// What the body of a function says in the page. It finds `args` as `arguments`.
    ///
    /// # Panics
    /// When it throws, and when a dialog is open.
    pub fn js(&self, script: &str, args: &[&str]) -> Value {
        let body = json!({"script": script, "args": args});
        let said = self.ask(Method::POST, "/execute/sync", Some(body));
        said.unwrap_or_else(|why| panic!("{script}: {why}"))
    }

    /// Looks until there is something to see: what `look` found.
    ///
    /// # Panics
    /// When `what` does not come about in time, with what is on the page.
    fn until<T>(&self, what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let why = match look() {
                Ok(found) => return found,
                Err(why) => why,
            };
            if Instant::now() > end {
                let page = self.js("return document.body.innerText", &[]);
                let page = page.as_str().unwrap_or_default().to_owned();
                panic!("in {PATIENCE:?} not seen: {what} ({why})\nThe page:\n{page}");
            }
            thread::sleep(LOOK);
        }
    }

    /// Waits until the body of a function says something true.
    pub fn wait(&self, what: &str, script: &str, args: &[&str]) -> Value {
        self.until(what, || match self.js(script, args) {
            Value::Null | Value::Bool(false) => Err("no".to_owned()),
            said => Ok(said),
        })
    }

    /// Waits until something is shown that is chosen by `css` and contains `text`: its id. The last
    /// where there are several.
    pub fn sees(&self, css: &str, text: &str) -> String {
        let script = "const all = [...document.querySelectorAll(arguments[0])]
            .filter((e) => e.textContent.includes(arguments[1]) && e.getClientRects().length > 0);
            return all.length > 0 && all.at(-1).id;";
        let id = self.wait(&format!("{css}: {text:?}"), script, &[css, text]);
        id.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until nothing is chosen by `css`.
    pub fn misses(&self, css: &str) {
        let script = "return document.querySelector(arguments[0]) === null";
        self.wait(&format!("{css} is gone"), script, &[css]);
    }

    /// How many things are chosen by `css` now.
    pub fn count(&self, css: &str) -> u64 {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.js(script, &[css]).as_u64().unwrap()
    }

    /// The text of everything that is chosen by `css` now.
    pub fn text(&self, css: &str) -> String {
        let script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent).join('\\n')";
        self.js(script, &[css]).as_str().unwrap().to_owned()
    }

    /// Does something to an element as soon as a visitor could.
    fn act(&self, css: &str, what: &str, body: &Value) {
        self.until(&format!("{css}, to {what} it"), || {
            let find = json!({"using": "css selector", "value": css});
            let found = self.ask(Method::POST, "/element", Some(find))?;
            let id = found[ELEMENT].as_str().unwrap_or_default();
            let path = format!("/element/{id}/{what}");
            self.ask(Method::POST, &path, Some(body.clone()))
        });
    }

    /// Clicks on it, or touches it.
    pub fn click(&self, css: &str) {
        self.act(css, "click", &json!({}));
    }

    /// Types instead of what stood in the field.
    pub fn write(&self, css: &str, text: &str) {
        self.act(css, "clear", &json!({}));
        self.act(css, "value", &json!({"text": text}));
    }

    /// Types on, keys like Enter (`\u{e007}`) and Escape (`\u{e00c}`) included.
    pub fn keys(&self, css: &str, keys: &str) {
        self.act(css, "value", &json!({"text": keys}));
    }

    /// From now on the machine prefers dark pages.
    pub fn dark(&self) {
        self.prefers("dark");
    }

    /// From now on the machine prefers light pages.
    pub fn light(&self) {
        self.prefers("light");
    }

    fn prefers(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({"cmd": command, "params": params});
        let done = self.ask(Method::POST, "/goog/cdp/execute", Some(body));
        done.unwrap_or_else(|why| panic!("{command}: {why}"))
    }

    /// The whole page as a PNG, however long it is.
    pub fn whole_picture(&self) -> Vec<u8> {
        let params = json!({"format": "png", "captureBeyondViewport": true});
        let picture = self.devtools("Page.captureScreenshot", params);
        STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// Whether a dialog is open.
    pub fn alerted(&self) -> bool {
        self.ask(Method::GET, "/alert/text", None).is_ok()
    }

    /// What the browser complained of since this was asked last.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.ask(Method::POST, "/se/log", Some(json!({"type": "browser"})));
        let lines = log.unwrap();
        let lines = lines.as_array().unwrap().iter();
        lines.map(|line| line["message"].to_string()).collect()
    }

    /// The window as a PNG.
    pub fn picture(&self) -> Vec<u8> {
        let picture = self.ask(Method::GET, "/screenshot", None).unwrap();
        STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The browser is the driver's child, not ours: a driver that is killed leaves it behind.
        let _ = self.ask(Method::DELETE, "", None);
    }
}

//! Loading it.

use std::cell::{Cell, RefCell};

use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::platform::spawn_local;

use super::{Later, Missing, tools};
use crate::stage::dom::document;

type Waiting = Box<dyn FnOnce(Result<&'static dyn Later, Missing>)>;

/// The most that waits for it. Whoever does more in that time cannot have meant it all.
const MOST: usize = 256;

// Of code there is one copy, however many stages there are on the page.
thread_local! {
    static HERE: Cell<Option<&'static dyn Later>> = const { Cell::new(None) };
    static TRIED: Cell<bool> = const { Cell::new(false) };
    static HOLDS: Cell<bool> = const { Cell::new(false) };
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Missing {
        Missing
    }
}

/// Where the site is taken apart: what only this function leads to becomes a file of its own.
#[wasm_split(later, fallible)]
// The attribute writes out what it needs to be told by the loader, which is not safe by its nature.
#[allow(unsafe_code, improper_ctypes_definitions)]
fn load() -> Result<&'static dyn Later, Missing> {
    Ok(&tools::Tools)
}

/// Shows that the page waits for it; the style sheet does so only if it takes long enough to be noticed.
fn wait(busy: bool) {
    if let Some(body) = document().body() {
        let _ = match busy {
            true => body.set_attribute("aria-busy", "true"),
            false => body.remove_attribute("aria-busy"),
        };
    }
}

/// What is there later, if it is there.
pub(crate) fn here() -> Option<&'static dyn Later> {
    HERE.get()
}

/// Time stands until what waits is done: a deed is meant for the moment at which it was done.
pub(crate) fn hold() {
    HOLDS.set(true);
}

/// Whether time stands.
pub(crate) fn holds() -> bool {
    HOLDS.get()
}

/// Time stands no longer.
pub(crate) fn go_on() {
    HOLDS.set(false);
}

/// Has it loaded, if that was never tried.
pub(crate) fn fetch() {
    if !TRIED.get() {
        then(|_| {});
    }
}

/// Does something once it is there.
pub(crate) fn then(f: impl FnOnce(Result<&'static dyn Later, Missing>) + 'static) {
    if let Some(later) = here() {
        return f(Ok(later));
    }
    TRIED.set(true);
    let first = WAITING.with_borrow_mut(|waiting| {
        if waiting.len() < MOST {
            waiting.push(Box::new(f));
        }
        waiting.len() == 1
    });
    if first {
        wait(true);
        spawn_local(async {
            let loaded = load().await;
            wait(false);
            HERE.set(loaded.ok());
            if let Ok(later) = loaded {
                later.dress();
            }
            for each in WAITING.take() {
                each(loaded);
            }
            go_on();
        });
    }
}

//! What the tests of the whole have in common: above all a person in front of the page.
//!
//! A page test lives in `tests/tests/page_*.rs` and reads like this:
//!
//! ```no_run
//! use tutti_tests::{Page, Setting, Site};
//!
//! # #[allow(clippy::test_attr_in_doctest)]
//! #[test]
//! fn the_page_greets() {
//!     let Some(site) = Site::from_env() else { return };
//!     let page = Page::open(&site, &Setting::wide(), "");
//!     page.click(&page.find("main button"));
//!     page.wait_until("the button says so", || page.find("main button").text() == "thanks");
//!     page.assert_quiet();
//! }
//! ```
//!
//! `cargo xtask test` builds the site, finds a browser and runs them; `cargo xtask test --only page` runs just them.
//! A plain `cargo test` has no site to show, and says that it skips them. What goes wrong panics where the test called,
//! and leaves a picture of the page in `target/page/`.

#![forbid(unsafe_code)]

mod element;
mod keys;
pub mod lab;
pub mod measure;
mod page;
mod setting;
mod site;
mod webdriver;

pub use element::{Element, Point, Rect};
pub use keys::Key;
pub use page::Page;
pub use setting::Setting;
pub use site::Site;

//! The page's parts, in a real browser: `wasm-pack test --headless --chrome crates/web`.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use tutti_web::desk::Desk;
use tutti_web::stage::dom::{child, document};
use tutti_web::stage::{Options, Stage};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

fn host() -> Element {
    let body = document().body().unwrap();
    let host = child(&body, "div", "");
    host.set_attribute("style", "width: 600px").unwrap();
    host.into()
}

fn mount(host: &Element) -> Stage {
    let desk = Rc::new(RefCell::new(Desk::first()));
    Stage::mount(host, desk, Options::default(), Rc::new(|_| {})).unwrap()
}

fn count(host: &Element, css: &str) -> u32 {
    host.query_selector_all(css).unwrap().length()
}

#[wasm_bindgen_test]
fn stages_mount_side_by_side_and_leave_nothing_behind() {
    let (left, right) = (host(), host());
    let (one, other) = (mount(&left), mount(&right));
    let again = mount(&left);
    assert_eq!((count(&left, ".tt"), count(&right, ".tt")), (2, 1));
    drop((one, again));
    assert_eq!((left.child_element_count(), count(&right, ".tt")), (0, 1));
    drop(other);
    assert_eq!(right.child_element_count(), 0);
}

#[wasm_bindgen_test]
fn every_node_and_every_direction_has_a_button_with_words() {
    let place = host();
    let _stage = mount(&place);
    assert!(count(&place, ".tt-nodes button") >= 5);
    assert!(count(&place, ".tt-links button") >= 20);
    assert_eq!(count(&place, ".tt-nodes button[tabindex='0']"), 1, "one stop of the tab key");
}

//! The page's parts, in a real browser: `wasm-pack test --headless --chrome crates/web`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_test_runs_in_a_browser() {
    assert!(web_sys::window().is_some());
}

//! The core compiled to wasm, in a real browser: `wasm-pack test --headless --chrome crates/core`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_test_runs_in_wasm() {
    assert_eq!(size_of::<usize>(), 4);
}

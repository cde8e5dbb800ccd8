//! A page for `cargo xtask bench` alone: how fast the protocols are in wasm, with nothing around them. The site does not
//! carry this, since it takes a further copy of each.

fn main() {
    tutti_web::measure_protocols();
}

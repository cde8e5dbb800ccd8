//! What Trunk starts. Everything is in the library, where the wasm tests reach it.

fn main() {
    tutti_web::start();
}

//! `tutti`: Tutti without a browser.
fn main() {}

//! The page of Tutti.

fn main() {
    tutti_web::start();
}

//! The page of Tutti. [`stage`] draws a run and lets it be broken, in any element of any page; the app around it is
//! the site.

mod app;
mod bench;
pub mod desk;
pub mod stage;

/// Puts the site into the page.
pub fn start() {
    if bench::wanted() == Some(bench::Bench::Runs) {
        return bench::runs();
    }
    yew::Renderer::<app::App>::new().render();
}

/// Measures the protocols with nothing around them.
pub fn measure_protocols() {
    bench::protocols();
}

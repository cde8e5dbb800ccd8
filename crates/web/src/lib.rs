//! The page of Tutti. [`stage`] draws a run and lets it be broken, in any element of any page; the app around it is
//! the site.

mod app;
mod bench;
pub mod desk;
pub mod stage;

/// Puts the site into the page.
pub fn start() {
    if bench::wanted() == Some(bench::Bench::Figures) {
        return bench::figures();
    }
    yew::Renderer::<app::App>::new().render();
}

//! The page of Tutti. [`stage`] draws a run and lets it be broken, in any element of any page; the app around it is
//! the site.

mod app;
pub mod desk;
pub mod stage;

/// Puts the site into the page.
pub fn start() {
    yew::Renderer::<app::App>::new().render();
}

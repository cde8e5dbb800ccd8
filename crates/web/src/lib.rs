//! The page of Tutti. [`stage`] draws a run and lets it be broken, in any element of any page; the app around it is
//! the site.

mod app;
mod bench;
pub mod desk;
mod later;
pub mod stage;

/// Puts the site into the page.
pub fn start() {
    if let Some(later) = later::here() {
        later.dress();
    }
    let show = || {
        yew::Renderer::<app::App>::new().render();
    };
    if !app::asked_for_more() {
        return show();
    }
    later::then(move |later| {
        if !later.is_ok_and(|later| later.measure()) {
            show();
        }
    });
}

/// Measures the protocols with nothing around them.
pub fn measure_protocols() {
    bench::protocols();
}

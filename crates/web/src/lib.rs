//! The page of Tutti: a Yew site around an imperatively drawn stage and score.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <h1>{ "tutti" }</h1> }
}

/// Puts the site into the document's body.
pub fn start() {
    yew::Renderer::<App>::new().render();
}

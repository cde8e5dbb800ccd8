//! The page of Tutti.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <h1>{ "tutti" }</h1> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}

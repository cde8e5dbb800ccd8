//! Fields of a form, each a field of a scenario: they hold what would stand in its file. What is typed stays in the
//! document; it is read when the form is sent.

use tutti_core::scenario::{Scenario, ScenarioError};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;
use yew::virtual_dom::{VNode, VTag};

/// What is wrong with what was typed, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wrong {
    /// The field's path in the scenario, and what is wrong with it.
    pub problems: Vec<(String, String)>,
}

impl Wrong {
    /// What is wrong with a scenario.
    pub(super) fn of(error: ScenarioError) -> Wrong {
        let problems = match error {
            ScenarioError::Impossible(problems) => problems.into_iter().map(|p| (p.path, p.reason)).collect(),
            other => vec![(String::new(), other.to_string())],
        };
        Wrong { problems }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Adds what is wrong at the paths of another form.
    pub(super) fn add(&mut self, error: ScenarioError, prefix: &str) {
        let more = Wrong::of(error).problems.into_iter();
        self.problems.extend(more.map(|(path, why)| ([prefix, &path].concat(), why)));
    }

    fn at(&self, path: &str) -> Option<&str> {
        self.problems.iter().find(|(at, _)| at == path).map(|(_, why)| why.as_str())
    }

    /// Those problems that are wanted, a paragraph each.
    pub(super) fn list(&self, wanted: impl Fn(&str) -> bool) -> Html {
        let problems = self.problems.iter().filter(|(path, _)| wanted(path));
        problems
            .map(|(path, why)| {
                let between = if path.is_empty() { "" } else { ": " };
                html! { <p class="error"><b>{ path }</b>{ between }{ why }</p> }
            })
            .collect()
    }
}

/// A field with a path in a scenario, and what it is called.
pub(super) type Field = (&'static str, &'static str);

/// An input for a field of a scenario. The prefix tells two forms of the same fields apart.
pub(super) fn input(field: Field, prefix: &str, value: &Scenario, wrong: &Wrong) -> Html {
    let (path, label) = field;
    let name = [prefix, path].concat();
    let problem = wrong.at(&name);
    let id = ["e-", &name].concat();
    let mut tag = begun(name, value.text_at(path));
    tag.add_attribute("autocomplete", "off");
    tag.add_attribute("spellcheck", "false");
    if problem.is_some() {
        tag.add_attribute("aria-invalid", "true");
        tag.add_attribute("aria-describedby", id.clone());
    }
    html! {
        <label>{ label }
            { VNode::from(tag) }
            if let Some(problem) = problem { <span class="error" {id}>{ problem }</span> }
        </label>
    }
}

/// A box to tick.
pub(super) fn tick(name: &str, label: &str, on: bool) -> Html {
    let mut tag = begun(name.to_owned(), "on".to_owned());
    tag.add_attribute("type", "checkbox");
    if on {
        tag.add_attribute("checked", "");
    }
    html! { <label class="tick">{ VNode::from(tag) }{ label }</label> }
}

/// An input that begins with a value and then is the reader's: written as usual it would be set back to that value
/// whenever the form is drawn again, just when it says what is wrong with what was typed.
fn begun(name: String, value: String) -> VTag {
    let mut tag = VTag::new("input");
    tag.add_attribute("name", name);
    tag.add_attribute("value", value);
    tag
}

/// A field of a form, by its name.
pub(super) fn find(form: &Element, name: &str) -> Option<HtmlInputElement> {
    let input = form.query_selector(&["[name=\"", name, "\"]"].concat()).ok().flatten()?;
    input.dyn_into::<HtmlInputElement>().ok()
}

/// Whether a box is ticked.
pub(super) fn ticked(form: &Element, name: &str) -> bool {
    find(form, name).is_some_and(|input| input.checked())
}

/// Puts what was typed into a scenario.
pub(super) fn take(form: &Element, fields: &[Field], prefix: &str, scenario: &mut Scenario, wrong: &mut Wrong) {
    for (path, _) in fields {
        let name = [prefix, path].concat();
        let text = find(form, &name).map(|input| input.value()).unwrap_or_default();
        if let Err(why) = scenario.set_at(path, text.trim()) {
            wrong.problems.push((name, why));
        }
    }
}

/// The form that was sent.
pub(super) fn sent(send: &Callback<Element>) -> Callback<SubmitEvent> {
    let send = send.clone();
    Callback::from(move |e: SubmitEvent| {
        e.prevent_default();
        if let Some(form) = e.target_dyn_into::<Element>() {
            send.emit(form);
        }
    })
}

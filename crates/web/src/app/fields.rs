//! Fields of a form, each a field of a scenario: they hold what would stand in its file. What is typed stays in the
//! document; it is read when the form is sent. So their values are attributes, with which an input begins, and not values
//! that Yew would set it back to whenever the form is drawn again, just when it says what is wrong with what was typed.

use tutti_core::scenario::{Scenario, ScenarioError};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::tag::{field, fixed, given, tag, text};

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
    pub(super) fn list(&self, wanted: impl Fn(&str) -> bool) -> Vec<Html> {
        let mut list = Vec::new();
        for (path, why) in &self.problems {
            if wanted(path) {
                let between = if path.is_empty() { "" } else { ": " };
                let words = vec![tag("b", fixed!(), None, vec![text(path.clone())]), text([between, why].concat())];
                list.push(tag("p", fixed!("class" = "error"), None, words));
            }
        }
        list
    }
}

/// A field with a path in a scenario, and what it is called.
pub(super) type Field = (&'static str, &'static str);

/// An input for a field of a scenario. The prefix tells two forms of the same fields apart.
pub(super) fn input(path_and_label: Field, prefix: &str, value: &Scenario, wrong: &Wrong) -> Html {
    let (path, label) = path_and_label;
    let name = [prefix, path].concat();
    let problem = wrong.at(&name);
    let id = AttrValue::from(["e-", &name].concat());
    let names = &["name", "value", "autocomplete", "spellcheck", "aria-invalid", "aria-describedby"];
    let values = vec![
        Some(name.into()),
        Some(value.text_at(path).into()),
        Some("off".into()),
        Some("false".into()),
        problem.map(|_| "true".into()),
        problem.map(|_| id.clone()),
    ];
    let field = field(given(names, values), None, None, NodeRef::default());
    let problem = problem.map(|problem| {
        let attributes = given(&["class", "id"], vec![Some("error".into()), Some(id)]);
        tag("span", attributes, None, vec![text(problem.to_owned())])
    });
    tag("label", fixed!(), None, vec![text(label), field, problem.unwrap_or_default()])
}

/// A box to tick.
pub(super) fn tick(name: &'static str, label: impl Into<AttrValue>, on: bool) -> Html {
    let values = vec![Some("checkbox".into()), Some(name.into()), on.then_some("".into())];
    let tick = field(given(&["type", "name", "checked"], values), None, None, NodeRef::default());
    tag("label", fixed!("class" = "tick"), None, vec![tick, text(label)])
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

/// The form that was sent. The page does what is to be done with it.
pub(super) fn sent(event: Event) -> Option<Element> {
    event.prevent_default();
    event.target()?.dyn_into().ok()
}

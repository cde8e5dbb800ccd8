//! The run as a file for another tool: which format, all of it or one story, and what came of it.

use std::any::Any;

use tutti_export::{Format, Wanted};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlElement, HtmlInputElement, Url};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

use super::Msg;
use super::fields::sent;
use super::tag::{Link, field, fixed, given, hears, list, raw, submit, tag, text};
use crate::desk::Desk;
use crate::stage::dom::{attr, document};

/// A run of more events is told on the command line: here the page would stand still meanwhile.
const MAX_EVENTS: u64 = 4_000_000;
/// The longest file that is made here, in bytes.
const MAX_BYTES: usize = 64_000_000;
/// How many stories are named to somebody who asked for one that there is not.
const NAMED: usize = 8;

/// What the formats are called where they are chosen.
fn title(format: Format) -> &'static str {
    match format {
        Format::Otlp => "OpenTelemetry (OTLP as JSON)",
        Format::Jaeger => "Jaeger",
        Format::Zipkin => "Zipkin",
        Format::Perfetto => "Perfetto, chrome://tracing",
        Format::Mermaid => "Mermaid: a sequence diagram",
    }
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    format: Format,
    /// The key of one story; all of them if empty.
    story: String,
}

/// A file, before the browser has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    name: String,
    text: String,
    /// What is in it.
    words: String,
}

/// What came of it.
pub(super) enum Made {
    /// The browser has it at this address.
    File { name: String, words: String, address: String },
    /// Why there is none.
    Nothing(String),
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Made::File { address, .. } = self {
            let _ = Url::revoke_object_url(address);
        }
    }
}

/// Reads the form.
pub(super) fn read(form: &Element) -> Option<Ask> {
    // A list of choices has its value under the same name as a field.
    let value = |name: &str| {
        let found = form.query_selector(&["[name=", name, "]"].concat()).ok().flatten()?;
        Some(found.unchecked_into::<HtmlInputElement>().value())
    };
    let format = Format::named(&value("format")?)?;
    Some(Ask { format, story: value("story")?.trim().to_owned() })
}

/// Tells the run, up to where its branch was played, in a format.
fn write(desk: &Desk, ask: &Ask) -> Result<File, String> {
    let Ask { format, story } = ask;
    let events = desk.world().events();
    if events > MAX_EVENTS {
        return Err(format!(
            "This run is too long to be told here: {events} events, and the most are {MAX_EVENTS}. `tutti trace` tells longer ones."
        ));
    }
    let scenario = desk.scenario();
    let by_hand = || desk.player().timeline().by_hand().cloned().collect();
    let record = |wanted| tutti_export::record(&scenario, by_hand(), desk.explored(), wanted);
    let trace = record(if story.is_empty() { Wanted::All } else { Wanted::Only(story.as_str().into()) });
    if trace.stories.is_empty() {
        let all = if story.is_empty() { trace } else { record(Wanted::All) };
        let mut known: Vec<&str> = all.stories.iter().map(|story| story.key.as_str()).take(NAMED + 1).collect();
        if known.is_empty() {
            return Err("Nothing has happened yet of which there is a story: play on, and come again.".to_owned());
        }
        if known.len() > NAMED {
            known[NAMED] = "and so on";
        }
        return Err(format!("There is no story “{story}” in this run. There are: {}.", known.join(", ")));
    }
    let text = format.write(&trace);
    if text.len() > MAX_BYTES {
        return Err(format!(
            "That would be a file of {} MB. Ask for one story, or for an earlier moment of the run.",
            text.len() / 1_000_000
        ));
    }
    let stories = trace.stories.len();
    let mut words =
        format!("{stories} {}, {} KB.", if stories == 1 { "story" } else { "stories" }, text.len().div_ceil(1_000));
    if let Some(note) = trace.left_out.note() {
        words.push_str(&format!(" But {note}."));
    }
    let run = if scenario.name.is_empty() { "run" } else { scenario.name.as_str() };
    let mut name = run.to_owned();
    for part in [story.as_str(), format.name()].into_iter().filter(|part| !part.is_empty()) {
        name.push('-');
        name.extend(part.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
    }
    Ok(File { name: format!("{name}.{}", format.extension()), text, words })
}

/// Makes the file, and has the browser save it.
pub(super) fn make(desk: &Desk, ask: &Ask) -> Made {
    let file = match write(desk, ask) {
        Ok(file) => file,
        Err(why) => return Made::Nothing(why),
    };
    let kind = BlobPropertyBag::new();
    kind.set_type(ask.format.media_type());
    let parts = js_sys::Array::of1(&JsValue::from_str(&file.text));
    let address =
        Blob::new_with_str_sequence_and_options(&parts, &kind).and_then(|blob| Url::create_object_url_with_blob(&blob));
    let Ok(address) = address else { return Made::Nothing("This browser makes no files.".to_owned()) };
    if let Ok(link) = document().create_element("a") {
        attr(&link, "href", &address);
        attr(&link, "download", &file.name);
        link.unchecked_into::<HtmlElement>().click();
    }
    Made::File { name: file.name, words: file.words, address }
}

/// The form, and what came of it last.
pub(super) fn form(made: Option<&dyn Any>, link: &Link) -> Html {
    let mut formats = Vec::new();
    for format in Format::ALL {
        // Elements are put in from the last to the first, and a list of choices begins with what came first.
        let chosen = (format == Format::ALL[0]).then_some("selected".into());
        let value = given(&["value", "selected"], vec![Some(format.name().into()), chosen]);
        formats.push(tag("option", value, None, vec![text(title(format))]));
    }
    let story =
        fixed!("name" = "story", "autocomplete" = "off", "spellcheck" = "false", "placeholder" = "the whole run");
    let fields = vec![
        tag("label", fixed!(), None, vec![text("Format"), tag("select", fixed!("name" = "format"), None, formats)]),
        tag("label", fixed!(), None, vec![text("Only one story"), field(story, None, None, NodeRef::default())]),
        tag("div", fixed!("class" = "foot"), None, vec![submit("Download")]),
    ];
    let came = match made.and_then(|made| made.downcast_ref::<Made>()) {
        None => Html::default(),
        Some(Made::Nothing(why)) => tag("p", fixed!("class" = "error"), None, vec![text(why.clone())]),
        Some(Made::File { name, words, address }) => {
            let values = vec![Some(name.clone().into()), Some(address.clone().into())];
            let file = tag("a", given(&["download", "href"], values), None, vec![text(name.clone())]);
            list(vec![text("Saved as "), file, text([": ", words].concat())])
        }
    };
    let asked = hears(ListenerKind::onsubmit, link, |event| Some(Msg::Save(sent(event)?)));
    list(vec![
        raw(ABOUT),
        tag("form", fixed!("class" = "form", "novalidate" = "novalidate"), asked, fields),
        tag("div", fixed!("class" = "came", "role" = "status"), None, vec![came]),
    ])
}

const ABOUT: &str = "<p class=\"said\">This run as tools for tracing read it, as far as it was played: a story for each \
    request, election or order, with what every node did for it and the messages between. One story is asked for by its \
    id: <code>1#3</code> is a client's third request, <code>election-2</code> that of term 2, <code>order-7</code> an \
    order.</p>";

#[cfg(test)]
mod tests {
    use super::*;
    use tutti_core::base::Time;
    use tutti_core::scenario::presets;

    fn desk(time: u64) -> Desk {
        let mut desk = Desk::open(presets::get("leader-crash").expect("a preset"));
        desk.seek(Time(time));
        desk
    }

    fn ask(format: Format, story: &str) -> Ask {
        Ask { format, story: story.to_owned() }
    }

    #[test]
    fn a_run_is_told_as_far_as_it_was_played_under_a_name_that_says_what_it_is() {
        let (early, mut late) = (desk(1_000_000), desk(3_000_000));
        for format in Format::ALL {
            let all = write(&early, &ask(format, "")).expect("a file");
            assert_eq!(all.name, format!("leader-crash-{}.{}", format.name(), format.extension()));
            assert!(write(&late, &ask(format, "")).expect("a file").text.len() > all.text.len());
        }
        let one = write(&early, &ask(Format::Zipkin, "1#2")).expect("a file");
        assert_eq!(one.name, "leader-crash-1-2-zipkin.json");
        assert!(one.words.starts_with("1 story, "), "{}", one.words);
        let whole = write(&late, &ask(Format::Otlp, ""));
        late.seek(Time(500_000));
        assert_eq!(write(&late, &ask(Format::Otlp, "")), whole, "wherever the reader is in it");
    }

    #[test]
    fn where_there_is_nothing_it_says_what_there_is() {
        let nothing = write(&desk(1), &ask(Format::Jaeger, "")).expect_err("nothing yet");
        assert!(nothing.contains("Nothing has happened yet"), "{nothing}");
        let other = write(&desk(2_000_000), &ask(Format::Jaeger, "order-4")).expect_err("no such story");
        assert!(other.contains("“order-4”") && other.contains("1#1") && other.ends_with("and so on."), "{other}");
    }
}

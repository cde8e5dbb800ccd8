//! What a command is given: scenarios from presets, files, links and standard input, and numbers.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

use tutti_core::base::{Span, Time};
use tutti_core::scenario::link::{ENGINE, Link, LinkError, MAX_LINK};
use tutti_core::scenario::{Scenario, limits, presets};
use tutti_core::timeline::{Moment, Placed};

use super::{Bad, nearest};

/// What is to be played.
pub(crate) struct Experiment {
    pub(crate) scenario: Scenario,
    /// What a link has besides.
    pub(crate) by_hand: Vec<Placed>,
    pub(crate) until: Time,
}

impl From<Scenario> for Experiment {
    fn from(scenario: Scenario) -> Self {
        let until = Time::ZERO + scenario.duration;
        Experiment { scenario, by_hand: Vec::new(), until }
    }
}

/// What a person means by a preset's name, a path, a link, or `-`.
pub(crate) fn experiment(source: &OsStr) -> Result<Experiment, Bad> {
    let name = source.to_string_lossy();
    if name == "-" {
        return read("standard input", &mut stdin().lock());
    }
    if let Some(preset) = presets::get(&name) {
        return Ok(preset.into());
    }
    let path = Path::new(source);
    if !path.exists() {
        return match link_text(&name) {
            Some(text) => link(text).map_err(|error| cannot_follow(&name, &error)),
            None => Err(nothing_there(&name, path)),
        };
    }
    let shown = path.display().to_string();
    let cannot =
        |error: std::io::Error| Bad::hint(format_args!("cannot read {shown}: {error}"), "is it a file of JSON?");
    read(&shown, &mut File::open(path).map_err(cannot)?)
}

fn nothing_there(name: &str, path: &Path) -> Bad {
    let a_path = name.contains(std::path::MAIN_SEPARATOR) || path.extension().is_some();
    if a_path {
        return Bad::hint(
            format_args!("there is no file {name}"),
            "`tutti presets` lists what can be played without one",
        );
    }
    let question = nearest::question(name, presets::names());
    Bad::hint(format_args!("there is no preset and no file `{name}`{question}"), "`tutti presets` lists the presets")
}

/// A piece of a link is no preset's name, and a name that begins as links do may have been meant as one.
fn cannot_follow(text: &str, error: &LinkError) -> Bad {
    let question = nearest::question(text, presets::names());
    Bad::hint(
        format_args!("the link cannot be followed: {error}{question}"),
        "a link begins with tt, and is followed only as a whole; `tutti presets` lists what can be played by name",
    )
}

/// The text of a link, or of a piece of one, if it looks like that: by itself, or behind the address of a page.
fn link_text(text: &str) -> Option<&str> {
    let (address, fragment) = text.rsplit_once('#').unwrap_or(("", text));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_link = fragment.starts_with("tt") && fragment.bytes().all(letter);
    (is_link || address.contains("://")).then_some(fragment)
}

fn link(text: &str) -> Result<Experiment, LinkError> {
    let link = Link::decode(text)?;
    if !link.is_of_this_engine() {
        eprintln!("tutti: the link was made by version {}, this is {ENGINE}: it may play otherwise here", link.engine);
    }
    let by_hand = link.orders.into_iter().map(|given| Placed {
        at: Moment { time: given.time, within: given.within },
        order: given.order,
        by_hand: true,
    });
    let until = link.time.max(Time::ZERO + link.scenario.duration);
    Ok(Experiment { by_hand: by_hand.collect(), until, scenario: link.scenario })
}

/// Reads a scenario, or a link.
fn read(whence: &str, from: &mut dyn Read) -> Result<Experiment, Bad> {
    // One byte more than any input may have: so much is enough to refuse it.
    let most = limits::MAX_BYTES.max(MAX_LINK) as u64 + 1;
    let mut bytes = Vec::new();
    let cannot = |error| Bad(format!("cannot read {whence}: {error}"));
    from.take(most).read_to_end(&mut bytes).map_err(cannot)?;
    let hint = "a scenario is a text in JSON, such as `tutti presets --show leader-crash` prints";
    let text = String::from_utf8(bytes).map_err(|_| Bad::hint(format_args!("{whence} is not a text"), hint))?;
    if let Some(text) = link_text(text.trim()).filter(|_| !text.trim_start().starts_with('{')) {
        return link(text).map_err(|error| Bad(format!("{whence} holds a link that cannot be followed: {error}")));
    }
    let scenario = Scenario::parse(&text).map_err(|error| {
        let lines: Vec<String> = error.to_string().lines().map(|line| format!("  {line}")).collect();
        Bad::hint(format_args!("{whence} is not a scenario that can be played:\n{}", lines.join("\n")), hint)
    })?;
    Ok(scenario.into())
}

/// A whole number within bounds.
pub(crate) fn number(option: &str, text: OsString, least: u64, most: u64) -> Result<u64, Bad> {
    let text = text.to_string_lossy();
    match text.parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(_) if most == u64::MAX => Err(Bad(format!("{option} {text}: the least is {least}"))),
        Ok(_) => Err(Bad(format!("{option} {text}: it can be {least} to {most}"))),
        Err(_) => {
            Err(Bad::hint(format_args!("{option} {text}: not a whole number"), format_args!("such as {option} 7")))
        }
    }
}

/// A length of time, as a scenario has it and within its limits.
pub(crate) fn time(option: &str, text: OsString) -> Result<Time, Bad> {
    let text = text.to_string_lossy();
    let quoted = serde_json::Value::from(text.as_ref());
    let scenario = Scenario::parse(&format!("{{\"duration\": {quoted}}}"));
    let duration = scenario.map(|scenario| scenario.duration).map_err(|error| {
        let error = error.to_string();
        let reason = error.strip_prefix("duration: ").unwrap_or(&error);
        let reason = reason.split(" at line ").next().unwrap_or(reason);
        Bad::hint(format_args!("{option} {text}: {reason}"), format_args!("such as {option} 30s or {option} 1500ms"))
    })?;
    Ok(Time::ZERO + Span(duration.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_known_with_and_without_the_address_of_a_page() {
        let text = format!("tt{}", "x".repeat(60));
        assert_eq!(link_text(&text), Some(text.as_str()));
        assert_eq!(link_text(&format!("https://example.org/#{text}")), Some(text.as_str()));
        assert_eq!(link_text("ttGARBAGE"), Some("ttGARBAGE"), "a piece of one too");
        assert_eq!(link_text("tt.json"), None);
        assert_eq!(link_text("quiet-election"), None);
        assert_eq!(link_text("{\"title\": \"#1\"}"), None);
    }
}

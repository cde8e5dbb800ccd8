//! The colours and types of a stage, as its style sheet says.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::dom::window;

/// What a colour means; one meaning each, on stage, score, logs and lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    /// Paper: the ground.
    Paper,
    /// Faint structure.
    Line,
    /// Structure and names.
    Ink,
    /// What is said beside.
    Muted,
    /// Leading.
    Leader,
    /// Words about it.
    LeaderText,
    /// Following.
    Follower,
    /// Campaigning.
    Candidate,
    /// The fill of half a candidate; a name is legible on it.
    CandidateFill,
    /// Words about a campaign.
    CandidateText,
    /// Clients and what they ask.
    Client,
    /// Entries on their way.
    Entries,
    /// Answers to entries.
    Answer,
    /// Votes.
    Vote,
    /// Cut, lost, refused, violated.
    No,
    /// Letters on a filled shape.
    OnFill,
    /// An order is placed.
    Placed,
    /// It is paid.
    Paid,
    /// Its items are reserved.
    Stocked,
    /// It has left.
    Shipped,
    /// Anything else that happens to it.
    Other,
}

/// How many colours there are.
const HUES: usize = 21;

const NAMES: [&str; HUES] = [
    "--paper",
    "--line",
    "--ink",
    "--muted",
    "--leader",
    "--leader-text",
    "--follower",
    "--candidate",
    "--candidate-fill",
    "--candidate-text",
    "--client",
    "--entries",
    "--answer",
    "--vote",
    "--no",
    "--on-fill",
    "--placed",
    "--paid",
    "--stocked",
    "--shipped",
    "--other",
];

/// The pattern of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// None.
    Solid,
    /// Dashes: dead, not sure yet.
    Dashes,
    /// Long dashes with gaps: a part of it is lost.
    Gaps,
    /// Dots: clients' links, and what is cut.
    Dots,
    /// Fine dots: a staff that is silent.
    Fine,
}

/// For each pattern, the lengths of ink and paper.
const DASHES: [&[f64]; 5] = [&[], &[4.0, 4.0], &[13.0, 7.0], &[2.0, 5.0], &[1.5, 4.0]];

/// The colours and types in force.
#[derive(Clone, Debug)]
pub struct Theme {
    colours: [String; HUES],
    dashes: [JsValue; 5],
    serif: String,
    sans: String,
    mono: String,
}

impl Theme {
    /// Reads them from the custom properties that `element` inherits.
    pub fn read(element: &Element) -> Theme {
        let computed = window().get_computed_style(element).ok().flatten();
        let get = |name: &str| {
            computed
                .as_ref()
                .and_then(|c| c.get_property_value(name).ok())
                .map(|v| v.trim().to_owned())
                .filter(|v| !v.is_empty())
        };
        Theme {
            colours: NAMES.map(|name| get(name).unwrap_or_else(|| "#777".to_owned())),
            dashes: DASHES.map(|parts| parts.iter().map(|&part| JsValue::from_f64(part)).collect::<Array>().into()),
            serif: get("--serif").unwrap_or_else(|| "serif".to_owned()),
            sans: get("--sans").unwrap_or_else(|| "sans-serif".to_owned()),
            mono: get("--mono").unwrap_or_else(|| "monospace".to_owned()),
        }
    }

    /// The colour of a meaning.
    pub fn colour(&self, hue: Hue) -> &str {
        &self.colours[hue as usize]
    }

    /// A pattern, as a canvas takes it.
    pub fn dash(&self, dash: Dash) -> &JsValue {
        &self.dashes[dash as usize]
    }

    /// The serif in a size: names, and what is said of the music.
    pub fn serif(&self, before: &str, px: u32) -> String {
        font(before, px, &self.serif)
    }

    /// The sans in a size: controls and roles.
    pub fn sans(&self, before: &str, px: u32) -> String {
        font(before, px, &self.sans)
    }

    /// The mono in a size: terms, times, numbers.
    pub fn mono(&self, px: u32) -> String {
        font("", px, &self.mono)
    }
}

impl Theme {
    /// The mono in a size, bold: the numbers of orders.
    pub fn mono_bold(&self, px: u32) -> String {
        font("700", px, &self.mono)
    }
}

fn font(before: &str, px: u32, family: &str) -> String {
    [before, " ", &px.to_string(), "px ", family].concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    const CSS: &str = include_str!("../../../../static/tutti.css");
    const LATER: &str = include_str!("../../../../static/later.css");

    /// The custom properties of the block that begins so.
    fn block(begin: &str) -> BTreeMap<&str, &str> {
        let in_file = |css: &'static str| {
            let start = css.find(begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
            let body = &css[start..start + css[start..].find('}').unwrap()];
            let lines = body.lines().filter_map(|l| l.trim().strip_suffix(';')?.split_once(": "));
            lines.filter(|(name, _)| name.starts_with("--"))
        };
        in_file(CSS).chain(in_file(LATER)).collect()
    }

    fn luminance(hex: &str) -> f64 {
        let part = |i: usize| {
            let c = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn by_day_and_by_night_everything_is_legible() {
        let day = block(":root {");
        let night: BTreeMap<_, _> = day.clone().into_iter().chain(block(":root[data-theme=\"night\"] {")).collect();
        for (name, theme) in [("day", day), ("night", night)] {
            let check = |front: &str, back: &str, least: f64| {
                let c = contrast(theme[front], theme[back]);
                assert!(c >= least, "{name}: {front} on {back} has {c:.2}, and needs {least}");
            };
            for ground in ["--paper", "--panel"] {
                for text in ["--ink", "--muted", "--leader-text", "--follower", "--candidate-text", "--answer", "--no"]
                {
                    check(text, ground, 4.5);
                }
                // Shapes.
                for shape in ["--leader", "--candidate", "--client", "--entries", "--vote"] {
                    check(shape, ground, 3.0);
                }
            }
            for event in ["--placed", "--paid", "--stocked", "--shipped", "--other"] {
                // As the ground of a number, and as the colour of one on paper.
                check("--on-fill", event, 4.5);
                check(event, "--paper", 4.5);
                check(event, "--panel", 3.0);
            }
            check("--on-fill", "--leader", 4.5);
            check("--on-fill", "--entries", 4.5);
            check("--ink", "--candidate-fill", 4.5);
            for tint in ["--term-0", "--term-1", "--term-2", "--term-3", "--term-4"] {
                check("--ink", tint, 4.5);
            }
        }
    }

    #[test]
    fn both_sides_of_a_cone_are_told_from_the_paper_and_from_each_other() {
        const LATER: &str = include_str!("../../../../static/later.css");
        let values = |name: &str| -> Vec<&str> { LATER.split(name).skip(1).map(|rest| &rest[..7]).collect() };
        let (past, future) = (values("--past: "), values("--future: "));
        assert_eq!((past.len(), future.len()), (3, 3), "by day, and by night whoever asks for it");
        assert_eq!((past[1], future[1]), (past[2], future[2]));
        let day = block(":root {");
        let night = block(":root[data-theme=\"night\"] {");
        for (past, future, theme) in [(past[0], future[0], &day), (past[1], future[1], &night)] {
            assert_ne!(past, future);
            for ground in ["--paper", "--panel"] {
                assert!(contrast(past, theme[ground]) >= 3.0 && contrast(future, theme[ground]) >= 3.0, "{ground}");
            }
        }
    }

    #[test]
    fn the_night_is_the_same_whoever_asks_for_it() {
        assert_eq!(block(":root[data-theme=\"night\"] {"), block(":root:not([data-theme=\"day\"]) {"));
    }

    #[test]
    fn every_colour_that_is_drawn_with_is_in_a_style_sheet() {
        let day = block(":root {");
        for name in super::NAMES {
            assert!(day.contains_key(name), "{name}");
        }
    }
}

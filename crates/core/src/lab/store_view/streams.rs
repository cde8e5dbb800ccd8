//! Which streams there are.

use smol_str::format_smolstr;

use crate::store::{Category, Store, StreamName, StreamVersion};

/// A stream in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamLine {
    /// Its name.
    pub name: StreamName,
    /// The version of its last event.
    pub version: StreamVersion,
}

/// The streams of a category, the youngest first, at most so many; and how many there are.
pub fn streams(store: &Store, category: &Category, most: usize) -> (Vec<StreamLine>, usize) {
    // There are very many: no name is made anew to be compared.
    let is_one = |name: &StreamName| name.as_str().split('-').next() == Some(category.as_str());
    let all = || store.streams().rev().filter(|(name, _)| is_one(name));
    let line = |(name, version): (&StreamName, StreamVersion)| StreamLine { name: name.clone(), version };
    (all().take(most).map(line).collect(), all().count())
}

/// The stream that somebody means: its name, or the number of an order.
pub fn find(store: &Store, text: &str) -> Option<StreamName> {
    let text = text.trim();
    let number = text.trim_start_matches('#');
    let names = [StreamName::from(text), StreamName(format_smolstr!("order-{number}"))];
    names.into_iter().find(|name| store.version(name).is_some())
}

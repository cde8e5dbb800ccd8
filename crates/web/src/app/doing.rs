//! What the reader was doing, for a page that is loaded again: the run with its branches, and what is seen of it. Where
//! that cannot be kept, the link is.

use tutti_core::base::NodeId;

use super::views::Sort;
use super::{App, TABS, store};
use crate::desk::Desk;
use crate::stage::Sight;

/// What was kept.
#[derive(Default)]
pub(super) struct Kept {
    /// What was seen of the run, in words.
    pub words: String,
    /// The run as a link, if it can be one.
    pub link: Option<String>,
    run: String,
}

impl Kept {
    /// What was kept of this page.
    pub(super) fn load() -> Kept {
        let kept = store::kept().unwrap_or_default();
        let mut lines = kept.split('\n').map(str::to_owned);
        let mut line = || lines.next().unwrap_or_default();
        Kept { words: line(), link: Some(line()).filter(|link| !link.is_empty()), run: line() }
    }

    /// The run, if it can be played.
    pub(super) fn desk(&self) -> Option<Desk> {
        let mut desk = Desk::of_kept(&self.run)?;
        if let Some(speed) = self.words.split(' ').next().and_then(|speed| speed.parse().ok()) {
            desk.set_ratio(speed, 1_000_000);
        }
        Some(desk)
    }
}

impl App {
    /// Keeps it.
    pub(crate) fn keep_here(&self) {
        // The desk may be in use: then nothing that was kept is lost.
        let Ok(desk) = self.desk.try_borrow() else { return };
        // What was not even taken up is kept as it was.
        let taken = self.words.is_empty();
        let words = if taken { self.sight_in_words(desk.player().speed().0) } else { self.words.clone() };
        let link = desk.link().unwrap_or_default();
        let all = [&words, "\n", &link, "\n", &desk.kept().unwrap_or_default()].concat();
        if !store::keep_in_session(&self.before, &all) {
            store::keep_in_session(&self.before, &[&words, "\n", &link, "\n"].concat());
        }
    }

    /// Takes up what is seen of the run where the reader left it.
    pub(super) fn resume(&mut self) {
        let words = std::mem::take(&mut self.words);
        self.take_words(&words);
        if let (Some(stage), Some(sight)) = (&self.stage, self.sight) {
            stage.select(sight.selected);
            if !self.desk.borrow().arriving() {
                stage.see(sight);
            }
        }
        self.look();
    }

    /// What is seen, as words; the last of them is what the list of events is searched for.
    fn sight_in_words(&self, speed: u32) -> String {
        let sight = self.sight.or_else(|| self.stage.as_ref()?.sight());
        let sight = sight.unwrap_or(Sight { from: 0.0, span: 0.0, selected: None });
        let place = |all: Option<usize>| all.unwrap_or_default() as f64;
        let nobody = -1.0;
        let node = |node: Option<NodeId>| node.map_or(nobody, |node| f64::from(node.0));
        let numbers = [
            f64::from(speed),
            place(TABS.iter().position(|&tab| tab == self.tab)),
            f64::from(u8::from(self.open)),
            node(Some(self.selected)),
            node(sight.selected),
            sight.from,
            sight.span,
            place(Sort::ALL.iter().position(|(sort, _)| *sort == self.wanted.sort)),
            node(self.wanted.node),
            self.wanted.back as f64,
        ];
        let mut words = String::new();
        for number in numbers {
            words.push_str(&(number as i64).to_string());
            words.push(' ');
        }
        words + &self.wanted.text.replace('\n', " ")
    }

    /// Takes what is seen from words, if they are such.
    fn take_words(&mut self, words: &str) {
        let mut words = words.splitn(11, ' ');
        let numbers: Vec<i64> = words.by_ref().take(10).map_while(|word| word.parse().ok()).collect();
        let &[_, tab, open, shown, selected, from, span, sort, of, back] = numbers.as_slice() else { return };
        let nodes = self.desk.borrow().world().len() as i64;
        let node = |number: i64| (0..nodes).contains(&number).then_some(NodeId(number as u16));
        let tab = TABS.get(tab as usize).copied().filter(|tab| self.tabs().contains(tab));
        self.tab = tab.unwrap_or(self.tab);
        self.open = open == 1;
        self.selected = node(shown).unwrap_or(self.selected);
        self.sight = Some(Sight { from: from as f64, span: span as f64, selected: node(selected) });
        self.wanted.sort = Sort::ALL.get(sort as usize).map_or(self.wanted.sort, |(sort, _)| *sort);
        self.wanted.node = node(of);
        self.wanted.back = back.max(0) as u64;
        self.wanted.text = words.next().unwrap_or_default().to_owned();
    }
}

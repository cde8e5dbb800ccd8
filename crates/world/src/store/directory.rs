//! Named things with a number each: streams, categories, event types.

use std::sync::Arc;

use super::blocks::Blocks;
use super::index::Index;
use crate::base::digest;

const PAGE: usize = 64;

/// What a directory can hold.
pub(super) trait Named: Clone {
    fn name(&self) -> &str;
}

/// Things in the order in which they came, found by number or by name. A copy shares all of them; one that is changed
/// afterwards is copied first.
#[derive(Clone, Debug)]
pub(super) struct Directory<T> {
    pages: Vec<Arc<Vec<Arc<T>>>>,
    len: u32,
    by_name: Index,
}

impl<T> Default for Directory<T> {
    fn default() -> Self {
        Directory { pages: Vec::new(), len: 0, by_name: Index::default() }
    }
}

impl<T: Named> Directory<T> {
    #[inline]
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        Some(self.pages.get(number as usize / PAGE)?.get(number as usize % PAGE)?)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let page = Arc::make_mut(self.pages.get_mut(number as usize / PAGE)?);
        Some(Arc::make_mut(page.get_mut(number as usize % PAGE)?))
    }

    #[inline]
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.by_name.find(digest(name), |number| self.get(number).is_some_and(|thing| thing.name() == name))
    }

    /// Adds a thing whose name is not there yet.
    pub(super) fn add(&mut self, thing: T) -> u32 {
        let number = self.len;
        self.by_name.insert(digest(thing.name()), number);
        match self.pages.last_mut() {
            Some(page) if page.len() < PAGE => Arc::make_mut(page).push(Arc::new(thing)),
            _ => {
                let mut page = Vec::with_capacity(PAGE);
                page.push(Arc::new(thing));
                self.pages.push(Arc::new(page));
            }
        }
        self.len += 1;
        number
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> + '_ {
        self.pages.iter().flat_map(|page| page.iter()).map(|thing| &**thing)
    }
}

/// Which events have something in common, such as their type: their numbers, in order.
#[derive(Clone, Debug)]
pub(super) struct Listing<N> {
    pub(super) name: N,
    pub(super) events: Blocks<u32, 256>,
}

impl<N> Listing<N> {
    pub(super) fn new(name: N) -> Self {
        Listing { name, events: Blocks::default() }
    }
}

impl<N: Clone + AsRef<str>> Named for Listing<N> {
    fn name(&self) -> &str {
        self.name.as_ref()
    }
}

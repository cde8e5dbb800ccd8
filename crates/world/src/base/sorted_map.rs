//! A map in one sorted vector.
//!
//! The standard library's map is a tree, made for very many keys, and for each pair of types it brings some five
//! kilobytes of code that a page has to load. The maps here are small, or grow at their end, or both: what binary search
//! finds in a vector is as fast, a copy is one piece of memory, and the code is a tenth. In order, hash and serialised
//! form it is the same as the standard one.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Keys with a value each, in the order of the keys. Adding behind the last key is constant, elsewhere all later ones
/// are moved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        SortedMap(Vec::new())
    }
}

impl<K, V> SortedMap<K, V> {
    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys with their values.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys with their values, which may be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The least key.
    pub(crate) fn first_key(&self) -> Option<&K> {
        self.0.first().map(|(key, _)| key)
    }

    /// Removes the least key.
    pub(crate) fn remove_first(&mut self) {
        if !self.0.is_empty() {
            self.0.remove(0);
        }
    }

    /// Removes the keys for which this does not hold.
    pub(crate) fn retain(&mut self, mut holds: impl FnMut(&K, &V) -> bool) {
        self.0.retain(|(key, value)| holds(key, value));
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// Where a key is, or where it would have to be.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(key))
    }

    /// Whether the key is there.
    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        Some(&self.0[self.place(key).ok()?].1)
    }

    /// The value of a key, which may be changed.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key).ok()?;
        Some(&mut self.0[place].1)
    }

    /// Gives a key a value, in place of the one that it had.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// The value of a key; one that is made now if it had none.
    pub(crate) fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = self.place(&key).unwrap_or_else(|place| {
            self.0.insert(place, (key, make()));
            place
        });
        &mut self.0[place].1
    }

    /// Removes a key, and returns its value.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.place(key).ok()?;
        Some(self.0.remove(place).1)
    }

    /// Removes all keys before this one.
    pub(crate) fn remove_before(&mut self, key: &K) {
        let place = self.0.partition_point(|(other, _)| other < key);
        self.0.drain(..place);
    }

    /// The keys before this one with their values.
    pub(crate) fn iter_before(&self, key: &K) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let place = self.0.partition_point(|(other, _)| other < key);
        self.0[..place].iter().map(|(key, value)| (key, value))
    }
}

impl<K: Serialize, V: Serialize> Serialize for SortedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for SortedMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

/// Takes the entries of a serialised map one by one.
struct Entries<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
    type Value = SortedMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = SortedMap::default();
        while let Some((key, value)) = entries.next_entry()? {
            map.insert(key, value);
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::base::{Stream, digest};

    /// Whatever is done to it, it equals the standard map, down to its hash and its bytes.
    #[test]
    fn behaves_like_the_map_of_the_standard_library() {
        let mut stream = Stream::new(1, "sorted map");
        let (mut map, mut standard) = (SortedMap::<u32, u64>::default(), BTreeMap::new());
        for value in 0..2_000 {
            let key = stream.below(60);
            match stream.below(8) {
                0..4 => {
                    map.insert(key, value);
                    standard.insert(key, value);
                }
                4 => assert_eq!(map.remove(&key), standard.remove(&key)),
                5 => {
                    let made = *map.get_or_insert_with(key, || value);
                    assert_eq!(made, *standard.entry(key).or_insert(value));
                }
                6 => {
                    map.remove_first();
                    standard.pop_first();
                }
                _ => {
                    map.remove_before(&(key / 4));
                    standard = standard.split_off(&(key / 4));
                }
            }
            assert!(map.iter().eq(standard.iter()));
            assert!(map.iter_before(&key).rev().eq(standard.range(..key).rev()));
            assert_eq!(map.get(&key), standard.get(&key));
            assert_eq!(digest(&map), digest(&standard));
            let bytes = postcard::to_allocvec(&map).expect("memory");
            assert_eq!(bytes, postcard::to_allocvec(&standard).expect("memory"));
            assert_eq!(postcard::from_bytes(&bytes), Ok(map.clone()));
        }
    }
}

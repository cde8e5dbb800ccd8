//! Sorting where it is not a matter of speed.
//!
//! The standard library's sorts are as fast as can be, and for each type that is sorted several kilobytes of code that a
//! page has to load. This is a plain heap sort: a few hundred bytes, no worse than n log n for any input.

/// Sorts by what comes before what. Equal items may change places.
pub fn sort_by<T>(items: &mut [T], before: impl Fn(&T, &T) -> bool) {
    let sift = |items: &mut [T], mut parent: usize| {
        loop {
            let mut last = parent;
            for child in [2 * parent + 1, 2 * parent + 2] {
                if child < items.len() && before(&items[last], &items[child]) {
                    last = child;
                }
            }
            if last == parent {
                return;
            }
            items.swap(parent, last);
            parent = last;
        }
    };
    for parent in (0..items.len() / 2).rev() {
        sift(items, parent);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sift(&mut items[..end], 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Stream;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut stream = Stream::new(1, "sort");
        for length in (0..40).chain([100, 1_000]) {
            let mut items: Vec<u32> = (0..length).map(|_| stream.below(length + 1)).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort_by(&mut items, |a, b| a < b);
            assert_eq!(items, expected);
        }
    }
}

//! How fast time goes: from slow motion to fast forward, in stops that a slider goes through.

/// Virtual time against real time, as fractions.
pub const PACES: [(u32, u32); 12] =
    [(1, 400), (1, 200), (1, 100), (1, 50), (1, 20), (1, 10), (1, 4), (1, 2), (1, 1), (2, 1), (5, 1), (20, 1)];

/// The stop that is nearest to a ratio.
pub fn nearest(ratio: f64) -> usize {
    let off = |i: &usize| {
        let (n, d) = PACES[*i];
        (f64::from(n) / f64::from(d) / ratio.max(1e-9)).ln().abs()
    };
    (0..PACES.len()).min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0)
}

/// What a stop is called.
pub fn words(stop: usize) -> String {
    match PACES[stop.min(PACES.len() - 1)] {
        (1, 1) => "real time".to_owned(),
        (1, slow) => ["1/", &slow.to_string(), " speed"].concat(),
        (fast, _) => [&fast.to_string(), "× speed"].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stop_is_nearest_to_itself_and_they_rise() {
        for (i, (n, d)) in PACES.into_iter().enumerate() {
            assert_eq!(nearest(f64::from(n) / f64::from(d)), i);
            assert!(i == 0 || n * PACES[i - 1].1 > PACES[i - 1].0 * d);
        }
        assert_eq!(words(8), "real time");
        assert_eq!(words(3), "1/50 speed");
        assert_eq!(words(11), "20× speed");
    }
}

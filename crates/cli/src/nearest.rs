//! "Did you mean …?"

/// Of the known words the one that was probably meant, as a question; nothing if none is near.
pub(crate) fn question<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let nearest = known.into_iter().map(|known| (distance(word, known), known)).min();
    match nearest {
        Some((steps, known)) if steps <= 1 + known.len() / 4 => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}

/// How many letters have to be put in, taken out, replaced or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    rows.iter_mut().enumerate().for_each(|(i, row)| row[0] = i);
    rows[0].iter_mut().enumerate().for_each(|(j, cell)| *cell = j);
    for i in 1..=one.len() {
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut best = (rows[i - 1][j - 1] + differs).min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_something_else_is_not() {
        let known = ["leader-crash", "split-vote", "figure-8"];
        assert_eq!(question("leader-crsh", known), "; did you mean `leader-crash`?");
        assert_eq!(question("figrue-8", known), "; did you mean `figure-8`?");
        assert_eq!(question("paxos", known), "");
    }

    #[test]
    fn a_swap_of_neighbours_is_one_step() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}

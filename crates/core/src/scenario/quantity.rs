//! Quantities as text, read exactly: no floating-point number decides anything in a run.

use std::fmt;

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::problem::Inspection;
use crate::base::Span;
use crate::sim::Latency;

/// Something that JSON has as text, and the compact form as numbers.
pub(super) trait Quantity: Sized + Serialize + DeserializeOwned {
    /// What is expected, for the message to whoever wrote something else.
    const EXPECTED: &'static str;
    /// The quantity of a text; if it is not one, what is wrong, or nothing more than that it is not as expected.
    fn read(text: &str) -> Result<Self, Option<String>>;
    /// The text that [`read`](Self::read) takes back to the same quantity.
    fn write(&self) -> String;
}

/// Parts per million, for shares and probabilities. In JSON a percentage: `"2%"`, `"0.01%"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ppm(pub u32);

/// How much faster than real time a clock runs, in parts per million. In JSON a signed percentage: `"+5%"`, `"-0.02%"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClockRate(pub i32);

/// By how much a clock is set, in microseconds. In JSON a signed length of time: `"+20ms"`, `"-1.5s"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClockOffset(pub i64);

/// A shortest and a longest time. In JSON `"150ms..300ms"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SpanRange {
    /// The shortest.
    pub min: Span,
    /// The longest.
    pub max: Span,
}

impl Ppm {
    /// The compact form could say more than everything.
    pub(super) fn inspect(self, field: &str, inspection: &mut Inspection) {
        if self.0 > 1_000_000 {
            inspection.problem(field, format!("{} is more than everything", self.write()));
        }
    }
}

/// The number that a text with at most `places` decimal places stands for, times ten to the power of `places`.
fn decimal(text: &str, places: usize) -> Result<u64, Option<String>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(None);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return Err(Some(format!("{text} has too many decimal places: {places} is the most here")));
    }
    let too_much = || Some(format!("{text} is too much"));
    let mut number = whole.parse::<u64>().map_err(|_| too_much())?;
    for place in 0..places {
        let digit = fraction.as_bytes().get(place).map_or(0, |byte| u64::from(byte - b'0'));
        number = number.checked_mul(10).and_then(|n| n.checked_add(digit)).ok_or_else(too_much)?;
    }
    Ok(number)
}

/// The shortest text for `number` divided by ten to the power of `places`.
fn write_decimal(number: u64, places: usize, unit: &str) -> String {
    let power = 10u64.pow(places as u32);
    let fraction = format!("{:0places$}", number % power);
    let fraction = fraction.trim_end_matches('0');
    let point = if places == 0 || fraction.is_empty() { "" } else { "." };
    let fraction = if places == 0 { "" } else { fraction };
    format!("{}{point}{fraction}{unit}", number / power)
}

/// The sign of a text, and the rest of it.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

impl Quantity for Span {
    const EXPECTED: &'static str = "a length of time such as \"150ms\", \"1.5s\" or \"75us\"";

    fn read(text: &str) -> Result<Self, Option<String>> {
        let text = text.trim();
        let units = [("us", 0, 1), ("ms", 3, 1), ("min", 6, 60), ("s", 6, 1)];
        for (unit, places, factor) in units {
            if let Some(number) = text.strip_suffix(unit) {
                let micros = decimal(number.trim_end(), places)?;
                return micros.checked_mul(factor).map(Span).ok_or_else(|| Some(format!("{text} is too long")));
            }
        }
        Err(if text.bytes().all(|byte| byte.is_ascii_digit()) {
            Some(format!("{text} of what? Say the unit"))
        } else {
            None
        })
    }

    fn write(&self) -> String {
        match self.0 {
            0 => "0s".into(),
            n if n >= 1_000_000 => write_decimal(n, 6, "s"),
            n if n >= 1_000 => write_decimal(n, 3, "ms"),
            n => write_decimal(n, 0, "us"),
        }
    }
}

impl Quantity for SpanRange {
    const EXPECTED: &'static str = "a shortest and a longest time such as \"150ms..300ms\"";

    fn read(text: &str) -> Result<Self, Option<String>> {
        let (min, max) = text.split_once("..").ok_or(None)?;
        Ok(SpanRange { min: Span::read(min)?, max: Span::read(max)? })
    }

    fn write(&self) -> String {
        format!("{}..{}", self.min.write(), self.max.write())
    }
}

impl Quantity for Latency {
    const EXPECTED: &'static str = "a time such as \"5ms\", a range such as \"5ms..20ms\", or a shortest time and an average of \
                                    what comes on top such as \"5ms+3ms\"";

    fn read(text: &str) -> Result<Self, Option<String>> {
        if text.contains("..") {
            let SpanRange { min, max } = SpanRange::read(text)?;
            Ok(Latency::Uniform { min, max })
        } else if let Some((min, extra)) = text.split_once('+') {
            Ok(Latency::LongTail { min: Span::read(min)?, mean_extra: Span::read(extra)? })
        } else {
            Ok(Latency::Fixed(Span::read(text)?))
        }
    }

    fn write(&self) -> String {
        match *self {
            Latency::Fixed(span) => span.write(),
            Latency::Uniform { min, max } => SpanRange { min, max }.write(),
            Latency::LongTail { min, mean_extra } => format!("{}+{}", min.write(), mean_extra.write()),
        }
    }
}

impl Quantity for Ppm {
    const EXPECTED: &'static str = "a percentage such as \"2%\" or \"0.01%\"";

    fn read(text: &str) -> Result<Self, Option<String>> {
        let number = decimal(text.trim().strip_suffix('%').ok_or(None)?.trim_end(), 4)?;
        match u32::try_from(number) {
            Ok(ppm) if ppm <= 1_000_000 => Ok(Ppm(ppm)),
            _ => Err(Some(format!("{text} is more than everything"))),
        }
    }

    fn write(&self) -> String {
        write_decimal(u64::from(self.0), 4, "%")
    }
}

impl Quantity for ClockRate {
    const EXPECTED: &'static str = "a signed percentage such as \"+5%\" or \"-0.02%\"";

    fn read(text: &str) -> Result<Self, Option<String>> {
        let (minus, rest) = signed(text.trim());
        let ppm = Ppm::read(rest)?.0 as i32;
        Ok(ClockRate(if minus { -ppm } else { ppm }))
    }

    fn write(&self) -> String {
        format!("{}{}", if self.0 < 0 { '-' } else { '+' }, Ppm(self.0.unsigned_abs()).write())
    }
}

impl Quantity for ClockOffset {
    const EXPECTED: &'static str = "a signed length of time such as \"+20ms\" or \"-1.5s\"";

    fn read(text: &str) -> Result<Self, Option<String>> {
        let (minus, rest) = signed(text.trim());
        let micros = i64::try_from(Span::read(rest)?.0).map_err(|_| Some(format!("{text} is too long")))?;
        Ok(ClockOffset(if minus { -micros } else { micros }))
    }

    fn write(&self) -> String {
        format!("{}{}", if self.0 < 0 { '-' } else { '+' }, Span(self.0.unsigned_abs()).write())
    }
}

/// Reads a quantity's text.
struct TextVisitor<Q>(std::marker::PhantomData<Q>);

impl<Q: Quantity> Visitor<'_> for TextVisitor<Q> {
    type Value = Q;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Q::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Q, E> {
        Q::read(text).map_err(|reason| match reason {
            Some(reason) => E::custom(reason),
            None => E::custom(format_args!("\"{text}\" is not {}", Q::EXPECTED)),
        })
    }
}

/// For `#[serde(with)]`: text where people read it, numbers where nobody does.
pub(super) mod text {
    use super::*;

    pub(in super::super) fn serialize<Q: Quantity, S: Serializer>(
        quantity: &Q,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&quantity.write())
        } else {
            quantity.serialize(serializer)
        }
    }

    pub(in super::super) fn deserialize<'de, Q: Quantity, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Q, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(TextVisitor(std::marker::PhantomData))
        } else {
            Q::deserialize(deserializer)
        }
    }
}

/// The same for what may be left out.
pub(super) mod optional_text {
    use super::*;

    /// Lets an optional quantity go through [`text`].
    #[derive(Serialize, Deserialize)]
    #[serde(bound(serialize = "Q: Quantity", deserialize = "Q: Quantity"))]
    struct Wrapped<Q>(#[serde(with = "super::text")] Q);

    pub(in super::super) fn serialize<Q: Quantity + Copy, S: Serializer>(
        quantity: &Option<Q>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        quantity.map(Wrapped).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, Q: Quantity, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Q>, D::Error> {
        Ok(Option::<Wrapped<Q>>::deserialize(deserializer)?.map(|wrapped| wrapped.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Option<u64> {
        Span::read(text).ok().map(|span| span.0)
    }

    #[test]
    fn times_are_read_exactly_or_not_at_all() {
        let read = ["150ms", "1.5s", "75us", "0s", "2 min", "0.000001s", "18446744073709551615us", " 1.250ms "];
        let micros = [150_000, 1_500_000, 75, 0, 120_000_000, 1, u64::MAX, 1_250];
        assert_eq!(read.map(spans), micros.map(Some));
        let wrong =
            ["", "s", "1", "1.5us", "-1s", "1e3s", "1.s", ".5s", "0x1s", "1h", "1.0000001s", "99999999999999999999s"];
        assert_eq!(wrong.map(spans), [None; 12]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for n in [0, 1, 75, 999, 1_000, 1_001, 150_000, 1_000_000, 1_234_567, 3_600_000_000, u64::MAX] {
            assert_eq!(spans(&Span(n).write()), Some(n), "{}", Span(n).write());
        }
        for n in [0, 1, 100, 10_000, 12_345, 1_000_000] {
            assert_eq!(Ppm::read(&Ppm(n).write()), Ok(Ppm(n)));
            let rate = ClockRate(-(n as i32));
            assert_eq!(ClockRate::read(&rate.write()), Ok(rate));
        }
        let offset = ClockOffset(-1_500_000);
        assert_eq!((offset.write().as_str(), ClockOffset::read("-1.5s")), ("-1.5s", Ok(offset)));
        assert_eq!(Span(1_500_000).write(), "1.5s");
        assert_eq!(Ppm(25_000).write(), "2.5%");
    }

    #[test]
    fn latencies_are_fixed_uniform_or_have_a_long_tail() {
        let (ms5, ms20) = (Span::millis(5), Span::millis(20));
        for (text, latency) in [
            ("5ms", Latency::Fixed(ms5)),
            ("5ms..20ms", Latency::Uniform { min: ms5, max: ms20 }),
            ("5ms+20ms", Latency::LongTail { min: ms5, mean_extra: ms20 }),
        ] {
            assert_eq!(Latency::read(text), Ok(latency));
            assert_eq!(latency.write(), text);
        }
    }

    #[test]
    fn no_share_is_more_than_everything_or_finer_than_a_millionth() {
        assert_eq!(Ppm::read("100%"), Ok(Ppm(1_000_000)));
        assert!(Ppm::read("100.0001%").is_err() && Ppm::read("0.00001%").is_err() && Ppm::read("-1%").is_err());
    }
}

//! Quantities as text, read exactly: no floating-point number decides anything in a run.

use super::form::{Form, Quantity, Slot};
use super::problem::Inspection;
use crate::base::{NodeId, Span};
use crate::sim::Latency;

/// A quantity that knows its text and its numbers.
pub(super) trait Written: Sized {
    /// What is expected, for the message to whoever wrote something else.
    const EXPECTED: &'static str;
    /// How many numbers it is in bytes.
    const WIDTH: usize;
    /// The quantity of a text; if it is not one, what is wrong, or nothing more than that it is not as expected.
    fn read(text: &str) -> Result<Self, Option<String>>;
    /// The text that [`read`](Self::read) takes back to the same quantity.
    fn write(&self) -> String;
    /// The numbers.
    fn pack(&self) -> [u64; 3];
    /// The quantity of such numbers, if they are one.
    fn unpack(numbers: [u64; 3]) -> Option<Self>;
}

impl<T: Written> Quantity for T {
    fn expected(&self) -> &'static str {
        T::EXPECTED
    }
    fn take_text(&mut self, text: &str) -> Result<(), Option<String>> {
        *self = T::read(text)?;
        Ok(())
    }
    fn text(&self) -> String {
        self.write()
    }
    fn width(&self) -> usize {
        T::WIDTH
    }
    fn numbers(&self) -> [u64; 3] {
        self.pack()
    }
    fn take_numbers(&mut self, numbers: [u64; 3]) -> bool {
        T::unpack(numbers).map(|value| *self = value).is_some()
    }
}

impl<T: Written> Form for T {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Quantity(self)
    }
}

/// Parts per million, for shares and probabilities. In JSON a percentage: `"2%"`, `"0.01%"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ppm(pub u32);

/// How much faster than real time a clock runs, in parts per million. In JSON a signed percentage: `"+5%"`, `"-0.02%"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockRate(pub i32);

/// By how much a clock is set, in microseconds. In JSON a signed length of time: `"+20ms"`, `"-1.5s"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockOffset(pub i64);

/// A shortest and a longest time. In JSON `"150ms..300ms"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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

/// A signed number as an unsigned one that is small if the other is near zero.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// The number that [`zigzag`] was given.
fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// The sign of a text, and the rest of it.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

impl Written for Span {
    const EXPECTED: &'static str = "a length of time such as \"150ms\", \"1.5s\" or \"75us\"";
    const WIDTH: usize = 1;

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

    fn pack(&self) -> [u64; 3] {
        [self.0, 0, 0]
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        Some(Span(numbers[0]))
    }
}

impl Written for SpanRange {
    const EXPECTED: &'static str = "a shortest and a longest time such as \"150ms..300ms\"";
    const WIDTH: usize = 2;

    fn read(text: &str) -> Result<Self, Option<String>> {
        let (min, max) = text.split_once("..").ok_or(None)?;
        Ok(SpanRange { min: Span::read(min)?, max: Span::read(max)? })
    }

    fn write(&self) -> String {
        format!("{}..{}", self.min.write(), self.max.write())
    }

    fn pack(&self) -> [u64; 3] {
        [self.min.0, self.max.0, 0]
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        Some(SpanRange { min: Span(numbers[0]), max: Span(numbers[1]) })
    }
}

impl Written for Latency {
    const EXPECTED: &'static str = "a time such as \"5ms\", a range such as \"5ms..20ms\", or a shortest time and an average of \
                                    what comes on top such as \"5ms+3ms\"";
    const WIDTH: usize = 3;

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

    fn pack(&self) -> [u64; 3] {
        match *self {
            Latency::Fixed(span) => [0, span.0, 0],
            Latency::Uniform { min, max } => [1, min.0, max.0],
            Latency::LongTail { min, mean_extra } => [2, min.0, mean_extra.0],
        }
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        match numbers {
            [0, span, 0] => Some(Latency::Fixed(Span(span))),
            [1, min, max] => Some(Latency::Uniform { min: Span(min), max: Span(max) }),
            [2, min, extra] => Some(Latency::LongTail { min: Span(min), mean_extra: Span(extra) }),
            _ => None,
        }
    }
}

impl Written for Ppm {
    const EXPECTED: &'static str = "a percentage such as \"2%\" or \"0.01%\"";
    const WIDTH: usize = 1;

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

    fn pack(&self) -> [u64; 3] {
        [u64::from(self.0), 0, 0]
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        u32::try_from(numbers[0]).ok().map(Ppm)
    }
}

impl Written for ClockRate {
    const EXPECTED: &'static str = "a signed percentage such as \"+5%\" or \"-0.02%\"";
    const WIDTH: usize = 1;

    fn read(text: &str) -> Result<Self, Option<String>> {
        let (minus, rest) = signed(text.trim());
        let ppm = Ppm::read(rest)?.0 as i32;
        Ok(ClockRate(if minus { -ppm } else { ppm }))
    }

    fn write(&self) -> String {
        format!("{}{}", if self.0 < 0 { '-' } else { '+' }, Ppm(self.0.unsigned_abs()).write())
    }

    fn pack(&self) -> [u64; 3] {
        self.0.pack()
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        Written::unpack(numbers).map(ClockRate)
    }
}

impl Written for ClockOffset {
    const EXPECTED: &'static str = "a signed length of time such as \"+20ms\" or \"-1.5s\"";
    const WIDTH: usize = 1;

    fn read(text: &str) -> Result<Self, Option<String>> {
        let (minus, rest) = signed(text.trim());
        let micros = i64::try_from(Span::read(rest)?.0).map_err(|_| Some(format!("{text} is too long")))?;
        Ok(ClockOffset(if minus { -micros } else { micros }))
    }

    fn write(&self) -> String {
        format!("{}{}", if self.0 < 0 { '-' } else { '+' }, Span(self.0.unsigned_abs()).write())
    }

    fn pack(&self) -> [u64; 3] {
        self.0.pack()
    }

    fn unpack(numbers: [u64; 3]) -> Option<Self> {
        Written::unpack(numbers).map(ClockOffset)
    }
}

/// What only orders have, which are read and written as bytes: nodes by their numbers, and signed numbers.
macro_rules! in_bytes_only {
    ($($type:ty => |$value:ident| $pack:expr, |$number:ident| $unpack:expr;)*) => {
        $(impl Written for $type {
            const EXPECTED: &'static str = "a number";
            const WIDTH: usize = 1;

            fn read(text: &str) -> Result<Self, Option<String>> {
                let $number: u64 = text.parse().map_err(|_| None)?;
                $unpack.ok_or(None)
            }

            fn write(&self) -> String {
                self.pack()[0].to_string()
            }

            fn pack(&self) -> [u64; 3] {
                let $value = *self;
                [$pack, 0, 0]
            }

            fn unpack(numbers: [u64; 3]) -> Option<Self> {
                let $number = numbers[0];
                $unpack
            }
        })*
    };
}

in_bytes_only! {
    NodeId => |node| u64::from(node.0), |number| u16::try_from(number).ok().map(NodeId);
    u16 => |value| u64::from(value), |number| u16::try_from(number).ok();
    i32 => |value| zigzag(i64::from(value)), |number| i32::try_from(unzigzag(number)).ok();
    i64 => |value| zigzag(value), |number| Some(unzigzag(number));
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

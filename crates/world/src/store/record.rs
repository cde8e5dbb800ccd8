//! An event as the bytes that are stored.
//!
//! Whole numbers take seven bits a byte, the lowest first, so that small ones are short; an id is its two halves. The
//! payload is what is left.

use super::ids::{CommandNumber, SchemaVersion, StreamVersion};
use super::position::GlobalPosition;
use crate::base::{CausationId, CorrelationId, DomainEventId, Time};

/// What is stored of an event; streams and types by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) stream: u32,
    pub(super) version: StreamVersion,
    pub(super) id: DomainEventId,
    pub(super) position: GlobalPosition,
    pub(super) at: Time,
    pub(super) kind: u32,
    pub(super) schema: SchemaVersion,
    pub(super) correlation: CorrelationId,
    pub(super) causation: Option<CausationId>,
    pub(super) data: &'a [u8],
}

impl<'a> Record<'a> {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        // The head is gathered first: one check for room instead of twenty.
        let mut head = Head { bytes: [0; Head::MOST], len: 0 };
        head.put(u64::from(self.stream));
        head.put(self.version.0);
        head.put_id(self.id.0);
        head.put(self.position.command.0);
        head.put(u64::from(self.position.place));
        head.put(self.at.0);
        head.put(u64::from(self.kind));
        head.put(u64::from(self.schema.0) << 1 | u64::from(self.causation.is_some()));
        head.put_id(self.correlation.0);
        if let Some(causation) = self.causation {
            head.put_id(causation.0);
        }
        out.extend_from_slice(&head.bytes[..head.len]);
        out.extend_from_slice(self.data);
    }

    /// `None`: the bytes are not a record.
    #[inline]
    pub(super) fn read(bytes: &'a [u8]) -> Option<Record<'a>> {
        let mut rest = bytes;
        let stream = u32::try_from(take(&mut rest)?).ok()?;
        let version = StreamVersion(take(&mut rest)?);
        let id = DomainEventId(take_id(&mut rest)?);
        let command = CommandNumber(take(&mut rest)?);
        let place = u32::try_from(take(&mut rest)?).ok()?;
        let at = Time(take(&mut rest)?);
        let kind = u32::try_from(take(&mut rest)?).ok()?;
        let schema = take(&mut rest)?;
        let correlation = CorrelationId(take_id(&mut rest)?);
        let causation = if schema & 1 == 1 { Some(CausationId(take_id(&mut rest)?)) } else { None };
        let schema = SchemaVersion(u16::try_from(schema >> 1).ok()?);
        let position = GlobalPosition { command, place };
        Some(Record { stream, version, id, position, at, kind, schema, correlation, causation, data: rest })
    }
}

struct Head {
    bytes: [u8; Head::MOST],
    len: usize,
}

impl Head {
    /// Thirteen numbers of ten bytes at most.
    const MOST: usize = 130;

    #[inline]
    fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes[self.len] = number as u8 | 0x80;
            self.len += 1;
            number >>= 7;
        }
        self.bytes[self.len] = number as u8;
        self.len += 1;
    }

    #[inline]
    fn put_id(&mut self, id: u128) {
        self.put((id >> 64) as u64);
        self.put(id as u64);
    }
}

#[inline]
fn take(rest: &mut &[u8]) -> Option<u64> {
    let (&first, tail) = rest.split_first()?;
    *rest = tail;
    if first < 0x80 { Some(u64::from(first)) } else { take_more(first, rest) }
}

fn take_more(first: u8, rest: &mut &[u8]) -> Option<u64> {
    let mut number = u64::from(first & 0x7f);
    for shift in (7..64).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        // The tenth byte has room for one bit; and a number has only one form, so that equal stores have equal bytes.
        if (shift == 63 && byte > 1) || byte == 0 {
            return None;
        }
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[inline]
fn take_id(rest: &mut &[u8]) -> Option<u128> {
    let high = take(rest)?;
    Some(u128::from(high) << 64 | u128::from(take(rest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(number: u64, causation: Option<u128>) -> Record<'static> {
        Record {
            stream: number as u32,
            version: StreamVersion(number),
            id: DomainEventId(u128::from(number) << 64 | u128::from(number)),
            position: GlobalPosition { command: CommandNumber(number), place: number as u32 },
            at: Time(number),
            kind: number as u32,
            schema: SchemaVersion(number as u16),
            correlation: CorrelationId(u128::from(number)),
            causation: causation.map(CausationId),
            data: b"payload",
        }
    }

    #[test]
    fn what_is_read_is_what_was_written_and_no_shorter_bytes_are_a_record_of_it() {
        for number in (0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1]).chain([u64::MAX]) {
            for causation in [None, Some(0), Some(u128::MAX)] {
                let record = Record { data: b"", ..sample(number, causation) };
                let mut bytes = Vec::new();
                record.write(&mut bytes);
                assert_eq!(Record::read(&bytes), Some(record));
                assert!((0..bytes.len()).all(|len| Record::read(&bytes[..len]).is_none()));
                bytes.extend_from_slice(b"payload");
                assert_eq!(Record::read(&bytes), Some(sample(number, causation)));
            }
        }
    }

    #[test]
    fn small_numbers_make_a_short_record() {
        let mut bytes = Vec::new();
        sample(1, None).write(&mut bytes);
        assert_eq!(bytes.len(), 11 + "payload".len());
    }
}

//! Compact bytes: every field in its order, numbers as varints, without names.

use smol_str::SmolStr;

use super::{Record, Slot};

/// Writes a value.
pub(in crate::scenario) fn write(value: &mut dyn Record) -> Vec<u8> {
    let mut writer = Writer(Vec::new());
    value.fields(&mut |field| writer.value(field.slot));
    writer.0
}

/// Reads a value, of which nothing must be left over. Nothing if the bytes are not one.
pub(in crate::scenario) fn read(bytes: &[u8], value: &mut dyn Record) -> Option<()> {
    let mut reader = Reader { bytes, good: true };
    value.fields(&mut |field| reader.value(field.slot));
    (reader.good && reader.bytes.is_empty()).then_some(())
}

struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first; all bytes but the last have the highest bit set.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn value(&mut self, slot: Slot<'_>) {
        match slot {
            Slot::Flag(flag) => self.number(u64::from(*flag)),
            Slot::Byte(number) => self.number(u64::from(*number)),
            Slot::Short(number) => self.number(u64::from(*number)),
            Slot::Count(number) => self.number(u64::from(*number)),
            Slot::Number(number) => self.number(*number),
            Slot::Text(text) => {
                self.number(text.len() as u64);
                self.0.extend_from_slice(text.as_bytes());
            }
            Slot::Quantity(quantity) => {
                quantity.numbers().iter().take(quantity.width()).for_each(|&number| self.number(number));
            }
            Slot::Record(record) => record.fields(&mut |field| self.value(field.slot)),
            Slot::Choice(choice) => {
                self.number(choice.number() as u64);
                choice.fields(&mut |field| self.value(field.slot));
            }
            Slot::List(list) => {
                self.number(list.len() as u64);
                (0..list.len()).for_each(|number| self.value(list.item(number)));
            }
            Slot::Maybe(maybe) => {
                let content = maybe.content();
                self.number(u64::from(content.is_some()));
                if let Some(slot) = content {
                    self.value(slot);
                }
            }
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// Nothing was wrong so far. If something was, nothing more is read, and every number is 0.
    good: bool,
}

impl Reader<'_> {
    fn bad(&mut self) {
        self.good = false;
        self.bytes = &[];
    }

    fn number(&mut self, most: u64) -> u64 {
        let (mut number, mut shift) = (0u64, 0);
        while let Some((&byte, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            let part = u64::from(byte & 0x7f);
            if shift > 63 || (part << shift) >> shift != part {
                break;
            }
            number |= part << shift;
            shift += 7;
            if byte < 0x80 {
                // A number has one form only: no zeros on top of it.
                if number > most || (byte == 0 && shift > 7) {
                    break;
                }
                return number;
            }
        }
        self.bad();
        0
    }

    fn value(&mut self, slot: Slot<'_>) {
        match slot {
            Slot::Flag(flag) => *flag = self.number(1) == 1,
            Slot::Byte(number) => *number = self.number(u64::from(u8::MAX)) as u8,
            Slot::Short(number) => *number = self.number(u64::from(u16::MAX)) as u16,
            Slot::Count(number) => *number = self.number(u64::from(u32::MAX)) as u32,
            Slot::Number(number) => *number = self.number(u64::MAX),
            Slot::Text(text) => {
                let length = self.length();
                match std::str::from_utf8(&self.bytes[..length]) {
                    Ok(read) => {
                        *text = SmolStr::from(read);
                        self.bytes = &self.bytes[length..];
                    }
                    Err(_) => self.bad(),
                }
            }
            Slot::Quantity(quantity) => {
                let mut numbers = [0; 3];
                for number in numbers.iter_mut().take(quantity.width()) {
                    *number = self.number(u64::MAX);
                }
                if !quantity.take_numbers(numbers) {
                    self.bad();
                }
            }
            Slot::Record(record) => record.fields(&mut |field| self.value(field.slot)),
            Slot::Choice(choice) => {
                let number = self.number(choice.names().len() as u64 - 1);
                choice.choose(number as usize);
                choice.fields(&mut |field| self.value(field.slot));
            }
            Slot::List(list) => {
                list.clear();
                for number in 0..self.length() {
                    if self.good {
                        list.grow();
                        self.value(list.item(number));
                    }
                }
            }
            Slot::Maybe(maybe) => {
                maybe.set(self.number(1) == 1);
                if let Some(slot) = maybe.content() {
                    self.value(slot);
                }
            }
        }
    }

    /// A length: of bytes, or of things that have at least one byte each.
    fn length(&mut self) -> usize {
        let length = self.number(u64::MAX);
        if length > self.bytes.len() as u64 {
            self.bad();
            return 0;
        }
        length as usize
    }
}

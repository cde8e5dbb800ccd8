//! JSON (RFC 8259), read straight into a value and written from one.
//!
//! A mistake in the JSON itself ends the reading; anything else that is wrong is noted with its path, and the reading
//! goes on, so that all mistakes are found at once. Numbers are whole: a fraction or an exponent is refused.

use super::{Choice, Field, List, Record, Slot, Visit};
use crate::scenario::problem::Inspection;

/// The deepest that lists and objects may be nested.
const MAX_DEPTH: u32 = 32;

/// The text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Syntax {
    /// What is wrong.
    pub(in crate::scenario) reason: String,
}

/// Reads a text into a value that has its defaults. What does not fit is noted in the inspection.
pub(in crate::scenario) fn read(text: &str, value: &mut dyn Record, inspection: &mut Inspection) -> Result<(), Syntax> {
    let mut reader = Reader { text, at: 0, depth: 0, inspection };
    reader.value(Slot::Record(value))?;
    match reader.peek() {
        None => Ok(()),
        Some(_) => Err(reader.syntax("something follows after the end")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    inspection: &'a mut Inspection,
}

impl Reader<'_> {
    fn syntax(&self, reason: &str) -> Syntax {
        let before = &self.text.as_bytes()[..self.at.min(self.text.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
        Syntax { reason: format!("{reason} (line {line}, column {column})") }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Passes over a byte, if it is the next that is not white space.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), Syntax> {
        match self.take(byte) {
            true => Ok(()),
            false if self.at >= self.text.len() => Err(self.syntax("the text ends too early")),
            false => Err(self.syntax(&format!("`{}` was expected here", char::from(byte)))),
        }
    }

    fn enter(&mut self) -> Result<(), Syntax> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.syntax("too deeply nested")) } else { Ok(()) }
    }

    fn value(&mut self, slot: Slot<'_>) -> Result<(), Syntax> {
        let next = self.peek();
        match slot {
            Slot::Record(record) if next == Some(b'{') => self.object(&mut |visit| record.fields(visit)),
            Slot::Record(_) => self.something_else("an object"),
            Slot::List(list) if next == Some(b'[') => self.list(list),
            Slot::List(_) => self.something_else("a list"),
            Slot::Choice(choice) => match next {
                Some(b'"') => self.choice_by_name(choice),
                Some(b'{') => self.choice(choice),
                _ => self.something_else(&one_of(choice.names())),
            },
            Slot::Maybe(maybe) => {
                if next == Some(b'n') {
                    return self.word("null");
                }
                maybe.set(true);
                match maybe.content() {
                    Some(slot) => self.value(slot),
                    None => self.skip(),
                }
            }
            Slot::Flag(flag) => match next {
                Some(b't' | b'f') => {
                    *flag = next == Some(b't');
                    self.word(if *flag { "true" } else { "false" })
                }
                _ => self.something_else("true or false"),
            },
            Slot::Byte(number) => self.number(u64::from(u8::MAX), &mut |read| *number = read as u8),
            Slot::Short(number) => self.number(u64::from(u16::MAX), &mut |read| *number = read as u16),
            Slot::Count(number) => self.number(u64::from(u32::MAX), &mut |read| *number = read as u32),
            Slot::Number(number) => self.number(u64::MAX, &mut |read| *number = read),
            Slot::Text(text) if next == Some(b'"') => {
                *text = self.string()?.into();
                Ok(())
            }
            Slot::Text(_) => self.something_else("a text"),
            Slot::Quantity(quantity) if next == Some(b'"') => {
                let text = self.string()?;
                if let Err(reason) = quantity.take_text(&text) {
                    let reason = reason.unwrap_or_else(|| format!("\"{text}\" is not {}", quantity.expected()));
                    self.inspection.here(reason);
                }
                Ok(())
            }
            Slot::Quantity(quantity) => self.something_else(quantity.expected()),
        }
    }

    /// There is something else than what belongs here.
    fn something_else(&mut self, expected: &str) -> Result<(), Syntax> {
        let found = match self.peek() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            _ => "a number",
        };
        self.skip()?;
        self.inspection.here(format!("this is {found}, where {expected} belongs"));
        Ok(())
    }

    /// Reads an object into fields.
    fn object(&mut self, fields: &mut dyn FnMut(&mut Visit<'_>)) -> Result<(), Syntax> {
        self.expect(b'{')?;
        self.enter()?;
        let mut seen = 0u64;
        let mut first = true;
        while !self.take(b'}') {
            if !first {
                self.expect(b',')?;
            }
            first = false;
            self.peek();
            let name = self.string()?;
            self.expect(b':')?;
            let mark = self.inspection.enter(&name);
            let (mut number, mut result) = (0, None);
            fields(&mut |field: Field<'_>| {
                if field.name == name {
                    if seen & 1 << number != 0 {
                        self.inspection.here("this is said twice".into());
                    }
                    seen |= 1 << number;
                    result = Some(self.value(field.slot));
                }
                number += 1;
            });
            match result {
                Some(result) => result?,
                None => {
                    let mut known = Vec::new();
                    fields(&mut |field| known.push(field.name));
                    self.skip()?;
                    self.inspection.here(format!("there is no such field; there {}", are(&known)));
                }
            }
            self.inspection.leave(mark);
        }
        self.depth -= 1;
        let mut number = 0;
        fields(&mut |field| {
            if field.needed && seen & 1 << number == 0 {
                self.inspection.here(format!("`{}` is missing", field.name));
            }
            number += 1;
        });
        Ok(())
    }

    fn list(&mut self, list: &mut dyn List) -> Result<(), Syntax> {
        self.expect(b'[')?;
        self.enter()?;
        list.clear();
        while !self.take(b']') {
            if list.len() > 0 {
                self.expect(b',')?;
            }
            let number = list.len();
            list.grow();
            let mark = self.inspection.enter_item(number);
            self.value(list.item(number))?;
            self.inspection.leave(mark);
        }
        self.depth -= 1;
        Ok(())
    }

    /// A variant that is only named: none of its fields is needed.
    fn choice_by_name(&mut self, choice: &mut dyn Choice) -> Result<(), Syntax> {
        let name = self.string()?;
        if self.choose(choice, &name) {
            let mut needed = Vec::new();
            choice.fields(&mut |field| needed.extend(field.needed.then_some(field.name)));
            if !needed.is_empty() {
                self.inspection.here(format!("{name} needs fields: there {}", are(&needed)));
            }
        }
        Ok(())
    }

    /// A variant with its fields: an object with one field, which has the variant's name.
    fn choice(&mut self, choice: &mut dyn Choice) -> Result<(), Syntax> {
        self.expect(b'{')?;
        self.enter()?;
        self.peek();
        if self.take(b'}') {
            self.depth -= 1;
            self.inspection.here(format!("this is empty, where {} belongs", one_of(choice.names())));
            return Ok(());
        }
        let name = self.string()?;
        self.expect(b':')?;
        let known = self.choose(choice, &name);
        let mark = self.inspection.enter(&name);
        match self.peek() {
            Some(b'{') if known => self.object(&mut |visit| choice.fields(visit))?,
            _ if known => self.something_else("an object")?,
            _ => self.skip()?,
        }
        self.inspection.leave(mark);
        while self.take(b',') {
            self.peek();
            let other = self.string()?;
            self.expect(b':')?;
            self.skip()?;
            self.inspection.here(format!("this is {name} already, and cannot be {other} too"));
        }
        self.depth -= 1;
        self.expect(b'}')
    }

    /// Makes it the variant of this name, if there is one.
    fn choose(&mut self, choice: &mut dyn Choice, name: &str) -> bool {
        let number = choice.names().iter().position(|known| *known == name);
        match number {
            Some(number) => choice.choose(number),
            None => self.inspection.here(format!("there is no \"{name}\"; there {}", are(choice.names()))),
        }
        number.is_some()
    }

    fn number(&mut self, most: u64, set: &mut dyn FnMut(u64)) -> Result<(), Syntax> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return self.something_else("a whole number");
        }
        let start = self.at;
        self.skip()?;
        let text = &self.text[start..self.at];
        match text.parse::<u64>() {
            Ok(number) if number <= most => set(number),
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.inspection.here(format!("{text} is too much"));
            }
            _ => self.inspection.here(format!("{text} is not a whole number from 0 on")),
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Syntax> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.syntax("this is not JSON"));
        }
        self.at += word.len();
        Ok(())
    }

    /// Passes over any value.
    fn skip(&mut self) -> Result<(), Syntax> {
        match self.peek() {
            Some(b'{') => {
                self.expect(b'{')?;
                self.enter()?;
                let mut first = true;
                while !self.take(b'}') {
                    if !first {
                        self.expect(b',')?;
                    }
                    first = false;
                    self.peek();
                    self.string()?;
                    self.expect(b':')?;
                    self.skip()?;
                }
                self.depth -= 1;
                Ok(())
            }
            Some(b'[') => {
                self.expect(b'[')?;
                self.enter()?;
                let mut first = true;
                while !self.take(b']') {
                    if !first {
                        self.expect(b',')?;
                    }
                    first = false;
                    self.skip()?;
                }
                self.depth -= 1;
                Ok(())
            }
            Some(b'"') => self.string().map(|_| ()),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.skip_number(),
            Some(_) => Err(self.syntax("this is not JSON")),
            None => Err(self.syntax("the text ends too early")),
        }
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    fn skip_number(&mut self) -> Result<(), Syntax> {
        let bytes = self.text.as_bytes();
        let digits = |at: &mut usize| {
            let start = *at;
            while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
                *at += 1;
            }
            *at - start
        };
        let mut at = self.at + usize::from(bytes[self.at] == b'-');
        let zero = bytes.get(at) == Some(&b'0');
        let whole = digits(&mut at);
        let mut good = whole == 1 || whole > 1 && !zero;
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            good &= digits(&mut at) > 0;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            good &= digits(&mut at) > 0;
        }
        if !good {
            return Err(self.syntax("this is not a number"));
        }
        self.at = at;
        Ok(())
    }

    fn string(&mut self) -> Result<String, Syntax> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            let ends = self.at >= bytes.len();
            return Err(self.syntax(if ends {
                "the text ends too early"
            } else {
                "a text in quotes was expected here"
            }));
        }
        self.at += 1;
        let mut string = String::new();
        loop {
            let plain = self.at;
            while bytes.get(self.at).is_some_and(|&byte| byte != b'"' && byte != b'\\' && byte >= b' ') {
                self.at += 1;
            }
            // Cuts at ASCII bytes only, and so never within a character.
            string.push_str(&self.text[plain..self.at]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    self.at += 1;
                    string.push(self.escape()?);
                }
                Some(_) => return Err(self.syntax("a line break or control character is in a text")),
                None => return Err(self.syntax("the text ends too early")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Syntax> {
        let code = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        Ok(match code {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut unit = self.hex()?;
                if (0xd800..0xdc00).contains(&unit) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    self.at += 2;
                    let low = self.hex()?;
                    if (0xdc00..0xe000).contains(&low) {
                        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                    }
                }
                char::from_u32(unit).ok_or_else(|| self.syntax("half of a character is missing"))?
            }
            _ => return Err(self.syntax("there is no such escape")),
        })
    }

    fn hex(&mut self) -> Result<u32, Syntax> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let mut unit = 0;
        for digit in digits {
            let value = char::from(*digit).to_digit(16).ok_or_else(|| self.syntax("four hex digits belong here"))?;
            unit = unit * 16 + value;
        }
        if digits.len() < 4 {
            return Err(self.syntax("four hex digits belong here"));
        }
        self.at += 4;
        Ok(unit)
    }
}

/// `is only a`, or `are a, b, c`.
fn are(names: &[&str]) -> String {
    match names {
        [] => "are none here".into(),
        [one] => format!("is only {one}"),
        _ => format!("are {}", names.join(", ")),
    }
}

/// `a` or `one of a, b, c`.
fn one_of(names: &[&str]) -> String {
    match names {
        [one] => format!("\"{one}\""),
        _ => format!("one of {}", names.join(", ")),
    }
}

/// Writes a value as JSON: its own fields and those of its parts on lines of their own, each thing in a list on one line.
/// What is not there is left out.
pub(in crate::scenario) fn write(value: &mut dyn Record) -> String {
    let mut writer = Writer { text: String::new(), lines: 0, inline: false };
    writer.object(&mut |visit| value.fields(visit));
    writer.text.push('\n');
    writer.text
}

struct Writer {
    text: String,
    /// How deep it is nested.
    lines: usize,
    /// Everything goes on one line.
    inline: bool,
}

impl Writer {
    fn value(&mut self, slot: Slot<'_>) {
        match slot {
            Slot::Flag(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Slot::Byte(number) => self.text.push_str(&number.to_string()),
            Slot::Short(number) => self.text.push_str(&number.to_string()),
            Slot::Count(number) => self.text.push_str(&number.to_string()),
            Slot::Number(number) => self.text.push_str(&number.to_string()),
            Slot::Text(text) => self.string(text),
            Slot::Quantity(quantity) => self.string(&quantity.text()),
            Slot::Record(record) => self.object(&mut |visit| record.fields(visit)),
            Slot::Choice(choice) => self.choice(choice),
            Slot::List(list) => self.list(list),
            Slot::Maybe(maybe) => match maybe.content() {
                Some(slot) => self.value(slot),
                None => self.text.push_str("null"),
            },
        }
    }

    fn line(&mut self) {
        if self.inline {
            self.text.push(' ');
        } else {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", self.lines));
        }
    }

    fn object(&mut self, fields: &mut dyn FnMut(&mut Visit<'_>)) {
        self.text.push('{');
        self.lines += 1;
        let mut first = true;
        fields(&mut |field: Field<'_>| {
            let slot = match field.slot {
                Slot::Maybe(maybe) => match maybe.content() {
                    Some(slot) => slot,
                    None => return,
                },
                slot => slot,
            };
            if !first {
                self.text.push(',');
            }
            first = false;
            self.line();
            self.string(field.name);
            self.text.push_str(": ");
            self.value(slot);
        });
        self.lines -= 1;
        if !first {
            self.line();
        }
        self.text.push('}');
    }

    fn choice(&mut self, choice: &mut dyn Choice) {
        let name = choice.names()[choice.number()];
        let mut fields = 0;
        choice.fields(&mut |_| fields += 1);
        if fields == 0 {
            self.string(name);
        } else {
            self.object(&mut |visit| {
                visit(Field { name, needed: true, slot: Slot::Record(&mut Fields(&mut *choice)) })
            });
        }
    }

    fn list(&mut self, list: &mut dyn List) {
        self.text.push('[');
        self.lines += 1;
        for number in 0..list.len() {
            if number > 0 {
                self.text.push(',');
            }
            if !self.inline {
                self.line();
            } else if number > 0 {
                self.text.push(' ');
            }
            let inline = std::mem::replace(&mut self.inline, true);
            self.value(list.item(number));
            self.inline = inline;
        }
        self.lines -= 1;
        if !self.inline && list.len() > 0 {
            self.line();
        }
        self.text.push(']');
    }

    fn string(&mut self, string: &str) {
        self.text.push('"');
        for character in string.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                '\n' => self.text.push_str("\\n"),
                control if control < ' ' => self.text.push_str(&format!("\\u{:04x}", u32::from(control))),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

/// The fields of a variant as a record.
struct Fields<'a>(&'a mut dyn Choice);

impl Record for Fields<'_> {
    fn fields(&mut self, visit: &mut Visit<'_>) {
        self.0.fields(visit);
    }
}

/// Whether a text is JSON at all.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(in crate::scenario) fn is_json(text: &str) -> bool {
    let inspection = &mut Inspection::default();
    let mut reader = Reader { text, at: 0, depth: 0, inspection };
    reader.skip().is_ok() && reader.peek().is_none()
}

//! What a scenario's types look like from outside: said once for each type, and used by all that reads and writes.
//!
//! A type says which fields it has, or which variants. JSON and the compact bytes are read and written by walking along
//! that, with no code of their own for any type. (Derived code for each type and each format was several times as much
//! as everything else about scenarios, and all of it is downloaded before a page shows anything.) Reading fills in a
//! default value, so whatever is left out is as by default.

pub(super) mod bytes;
pub(super) mod json;

use smol_str::SmolStr;

use crate::base::{MessageId, Time};
use crate::shop::{self, ItemId, OrderId, UserId};

/// One place in a value.
pub(super) enum Slot<'a> {
    /// True or false.
    Flag(&'a mut bool),
    /// A small number.
    Byte(&'a mut u8),
    /// A number below 65536.
    Short(&'a mut u16),
    /// A number.
    Count(&'a mut u32),
    /// A big number.
    Number(&'a mut u64),
    /// A text.
    Text(&'a mut SmolStr),
    /// A quantity: text in JSON, numbers in bytes.
    Quantity(&'a mut dyn Quantity),
    /// Something with fields.
    Record(&'a mut dyn Record),
    /// One of several variants.
    Choice(&'a mut dyn Choice),
    /// Any number of things.
    List(&'a mut dyn List),
    /// Something, or nothing.
    Maybe(&'a mut dyn Maybe),
}

/// A field of a record or variant.
pub(super) struct Field<'a> {
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// It cannot be left out.
    pub(super) needed: bool,
    /// Where its value is.
    pub(super) slot: Slot<'a>,
}

/// Sees one field after the other.
pub(super) type Visit<'v> = dyn FnMut(Field<'_>) + 'v;

/// Anything that has a place.
pub(super) trait Form {
    /// The place.
    fn slot(&mut self) -> Slot<'_>;
}

/// Something with fields.
pub(super) trait Record {
    /// Shows every field, always in the same order.
    fn fields(&mut self, visit: &mut Visit<'_>);
}

/// One of several variants, each with fields of its own.
pub(super) trait Choice {
    /// The names of all variants in JSON.
    fn names(&self) -> &'static [&'static str];
    /// The number of the present variant.
    fn number(&self) -> usize;
    /// Becomes the variant of this number, with default fields. Nothing if there is none.
    fn choose(&mut self, number: usize);
    /// Shows every field of the present variant.
    fn fields(&mut self, visit: &mut Visit<'_>);
}

/// Any number of things of a kind.
pub(super) trait List {
    /// How many there are.
    fn len(&self) -> usize;
    /// Removes them all.
    fn clear(&mut self);
    /// Adds a default one.
    fn grow(&mut self);
    /// The place of one of them.
    fn item(&mut self, number: usize) -> Slot<'_>;
}

/// Something, or nothing.
pub(super) trait Maybe {
    /// Puts a default there, or nothing.
    fn set(&mut self, there: bool);
    /// The place of what is there.
    fn content(&mut self) -> Option<Slot<'_>>;
}

/// A quantity that is a text in JSON and a few numbers in bytes.
pub(super) trait Quantity {
    /// What is expected, for the message to whoever wrote something else.
    fn expected(&self) -> &'static str;
    /// Takes the value of a text. If it has none: what is wrong, or nothing more than that it is not as expected.
    fn take_text(&mut self, text: &str) -> Result<(), Option<String>>;
    /// The text that [`take_text`](Self::take_text) takes for the same value.
    fn text(&self) -> String;
    /// How many numbers it is in bytes.
    fn width(&self) -> usize;
    /// The numbers.
    fn numbers(&self) -> [u64; 3];
    /// Takes the value of such numbers; false if there is none.
    fn take_numbers(&mut self, numbers: [u64; 3]) -> bool;
}

impl<T: Form + Default> List for Vec<T> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn clear(&mut self) {
        Vec::clear(self);
    }
    fn grow(&mut self) {
        self.push(T::default());
    }
    fn item(&mut self, number: usize) -> Slot<'_> {
        self[number].slot()
    }
}

impl<T: Form + Default> Maybe for Option<T> {
    fn set(&mut self, there: bool) {
        *self = there.then(T::default);
    }
    fn content(&mut self) -> Option<Slot<'_>> {
        self.as_mut().map(Form::slot)
    }
}

impl<T: Record> Record for Box<T> {
    fn fields(&mut self, visit: &mut Visit<'_>) {
        (**self).fields(visit);
    }
}

impl<T: Form + Default> Form for Vec<T> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Form + Default> Form for Option<T> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Maybe(self)
    }
}

/// Does something with the place at a path such as `network.latency`, if there is one.
fn at(record: &mut dyn Record, path: &str, then: &mut dyn FnMut(Slot<'_>)) {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    record.fields(&mut |field| {
        if field.name == name {
            match field.slot {
                Slot::Record(inner) if !rest.is_empty() => at(inner, rest, then),
                slot => then(slot),
            }
        }
    });
}

/// The text of a number or quantity, as a person would type it; empty for anything else.
pub(super) fn text_at(record: &mut dyn Record, path: &str) -> String {
    let mut text = String::new();
    at(record, path, &mut |slot| {
        text = match slot {
            Slot::Byte(number) => number.to_string(),
            Slot::Short(number) => number.to_string(),
            Slot::Count(number) => number.to_string(),
            Slot::Number(number) => number.to_string(),
            Slot::Quantity(quantity) => quantity.text(),
            _ => String::new(),
        }
    });
    text
}

/// Puts what a person typed into the place of a number or quantity; what is wrong with it, otherwise.
pub(super) fn set_at(record: &mut dyn Record, path: &str, text: &str) -> Result<(), String> {
    let mut result = Err("there is no such field".into());
    let number = |most: u64| match text.trim().parse::<u64>() {
        Ok(number) if number <= most => Ok(number),
        Ok(_) => Err(format!("{text} is too much")),
        Err(_) => Err(format!("\"{text}\" is not a whole number")),
    };
    at(record, path, &mut |slot| {
        result = match slot {
            Slot::Byte(place) => number(u64::from(u8::MAX)).map(|read| *place = read as u8),
            Slot::Short(place) => number(u64::from(u16::MAX)).map(|read| *place = read as u16),
            Slot::Count(place) => number(u64::from(u32::MAX)).map(|read| *place = read as u32),
            Slot::Number(place) => number(u64::MAX).map(|read| *place = read),
            Slot::Quantity(quantity) => quantity
                .take_text(text)
                .map_err(|reason| reason.unwrap_or_else(|| format!("\"{text}\" is not {}", quantity.expected()))),
            _ => return,
        }
    });
    result
}

macro_rules! plain {
    ($($type:ty => |$value:ident| $slot:expr),* $(,)?) => {
        $(impl Form for $type {
            fn slot(&mut self) -> Slot<'_> {
                let $value = self;
                $slot
            }
        })*
    };
}

plain! {
    bool => |value| Slot::Flag(value),
    u8 => |value| Slot::Byte(value),
    u32 => |value| Slot::Count(value),
    u64 => |value| Slot::Number(value),
    SmolStr => |value| Slot::Text(value),
    MessageId => |value| Slot::Number(&mut value.0),
    OrderId => |value| Slot::Count(&mut value.0),
    UserId => |value| Slot::Count(&mut value.0),
    shop::Quantity => |value| Slot::Count(&mut value.0),
    ItemId => |value| Slot::Short(&mut value.0),
    Time => |value| Slot::Number(&mut value.0),
}

/// Says what fields a type has: `needed name` cannot be left out, `optional name` can; `as "word"` is another name for
/// JSON.
macro_rules! record {
    ($type:ty { $($need:ident $field:ident $(as $name:literal)?),* $(,)? }) => {
        impl $crate::scenario::form::Record for $type {
            fn fields(&mut self, visit: &mut $crate::scenario::form::Visit<'_>) {
                // There are types without fields.
                let _ = &visit;
                $(visit($crate::scenario::form::Field {
                    name: $crate::scenario::form::name_of!($field $(as $name)?),
                    needed: $crate::scenario::form::is_needed!($need),
                    slot: $crate::scenario::form::Form::slot(&mut self.$field),
                });)*
            }
        }
        impl $crate::scenario::form::Form for $type {
            fn slot(&mut self) -> $crate::scenario::form::Slot<'_> {
                $crate::scenario::form::Slot::Record(self)
            }
        }
    };
}

/// Says what variants a type has and how they are called in JSON. A variant's fields are those of the record that it
/// holds, `"word" Variant(record)`, or its own, `"word" Variant { needed name, optional 0 as name }`.
macro_rules! choice {
    ($type:ident { $($text:literal $variant:ident
        $(($record:ident))? $({ $($need:ident $field:tt $(as $bind:ident)?),* })?),* $(,)? }) => {
        impl $crate::scenario::form::Choice for $type {
            fn names(&self) -> &'static [&'static str] {
                &[$($text),*]
            }
            fn number(&self) -> usize {
                [$(matches!(self, $type::$variant { .. })),*].iter().position(|is| *is).unwrap_or_default()
            }
            fn choose(&mut self, number: usize) {
                let mut before = number;
                $(if before == 0 {
                    *self = $crate::scenario::form::default_of!($type $variant $(($record))? $({ $($field),* })?);
                    return;
                }
                before -= 1;)*
                let _ = before;
            }
            fn fields(&mut self, visit: &mut $crate::scenario::form::Visit<'_>) {
                // There are choices none of which has fields.
                let _ = &visit;
                match self {
                    $($crate::scenario::form::pattern_of!(
                        $type $variant $(($record))? $({ $($field $(as $bind)?),* })?
                    ) => {
                        $($crate::scenario::form::Record::fields($record, visit);)?
                        $($(visit($crate::scenario::form::Field {
                            name: $crate::scenario::form::word_of!($field $(as $bind)?),
                            needed: $crate::scenario::form::is_needed!($need),
                            slot: $crate::scenario::form::Form::slot($crate::scenario::form::place_of!($field $(as $bind)?)),
                        });)*)?
                    })*
                }
            }
        }
        impl $crate::scenario::form::Form for $type {
            fn slot(&mut self) -> $crate::scenario::form::Slot<'_> {
                $crate::scenario::form::Slot::Choice(self)
            }
        }
    };
}

macro_rules! name_of {
    ($field:ident as $name:literal) => {
        $name
    };
    ($field:ident) => {
        stringify!($field)
    };
}

macro_rules! is_needed {
    (needed) => {
        true
    };
    (optional) => {
        false
    };
}

macro_rules! default_of {
    ($type:ident $variant:ident ($record:ident)) => {
        $type::$variant(Default::default())
    };
    ($type:ident $variant:ident { $($field:tt),* }) => {
        $type::$variant { $($field: Default::default()),* }
    };
    ($type:ident $variant:ident) => {
        $type::$variant
    };
}

macro_rules! pattern_of {
    ($type:ident $variant:ident ($record:ident)) => {
        $type::$variant($record)
    };
    ($type:ident $variant:ident { $($field:tt as $bind:ident),* }) => {
        $type::$variant { $($field: $bind),* }
    };
    ($type:ident $variant:ident { $($field:ident),* }) => {
        $type::$variant { $($field),* }
    };
    ($type:ident $variant:ident) => {
        $type::$variant
    };
}

macro_rules! word_of {
    ($field:tt as $bind:ident) => {
        stringify!($bind)
    };
    ($field:ident) => {
        stringify!($field)
    };
}

macro_rules! place_of {
    ($field:tt as $bind:ident) => {
        $bind
    };
    ($field:ident) => {
        $field
    };
}

pub(super) use {choice, default_of, is_needed, name_of, pattern_of, place_of, record, word_of};

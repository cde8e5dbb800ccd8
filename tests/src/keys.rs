//! The keys that have no letter, as WebDriver names them.

/// A key that has no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Alt,
    Backspace,
    /// The key that opens a context menu.
    ContextMenu,
    Control,
    Delete,
    Down,
    End,
    Enter,
    Escape,
    Home,
    Left,
    Meta,
    PageDown,
    PageUp,
    Right,
    Shift,
    Space,
    Tab,
    Up,
    /// F1 to F12.
    F(u8),
    /// A key that has a letter after all.
    Letter(char),
}

impl Key {
    pub(crate) fn code(self) -> char {
        match self {
            Self::Backspace => '\u{e003}',
            Self::Tab => '\u{e004}',
            Self::Enter => '\u{e007}',
            Self::Shift => '\u{e008}',
            Self::Control => '\u{e009}',
            Self::Alt => '\u{e00a}',
            Self::Escape => '\u{e00c}',
            Self::Space => ' ',
            Self::PageUp => '\u{e00e}',
            Self::PageDown => '\u{e00f}',
            Self::End => '\u{e010}',
            Self::Home => '\u{e011}',
            Self::Left => '\u{e012}',
            Self::Up => '\u{e013}',
            Self::Right => '\u{e014}',
            Self::Down => '\u{e015}',
            Self::Delete => '\u{e017}',
            Self::Meta => '\u{e03d}',
            // WebDriver has no code for it; `Page::press` goes another way.
            Self::ContextMenu => '\0',
            Self::F(number) => char::from_u32(0xe030 + u32::from(number)).unwrap_or('\0'),
            Self::Letter(letter) => letter,
        }
    }
}

//! Texts that go out and come back: a mark that names what it is and its version, a value in compact bytes, and a
//! checksum, in the letters that an address may hold.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::form::{Record, bytes};
use super::link::LinkError;
use crate::base::digest;

/// How many bytes the checksum has.
const CHECKSUM: usize = 4;

/// What kind of text it is.
pub(super) struct Seal {
    /// What the first two bytes say besides the version: the lower half of the second is for that.
    pub(super) mark: [u8; 2],
    /// How they begin the text.
    pub(super) begins: &'static str,
    /// The version of the encoding, below 16.
    pub(super) version: u8,
    /// The most characters that are read or made.
    pub(super) most: usize,
}

impl Seal {
    /// The text of a value.
    pub(super) fn write(&self, body: &mut dyn Record) -> Result<String, LinkError> {
        let mut content = vec![self.mark[0], self.mark[1] | self.version];
        content.extend(bytes::write(body));
        content.extend(checksum(&content));
        let text = URL_SAFE_NO_PAD.encode(content);
        if text.len() > self.most { Err(LinkError::TooLong) } else { Ok(text) }
    }

    /// Reads the value of a text.
    pub(super) fn read(&self, text: &str, body: &mut dyn Record) -> Result<(), LinkError> {
        let text = text.trim();
        if text.len() > self.most {
            return Err(LinkError::TooLong);
        }
        if !text.starts_with(self.begins) {
            return Err(LinkError::NotALink);
        }
        let decoded = URL_SAFE_NO_PAD.decode(text).map_err(|_| LinkError::Damaged)?;
        let Some((content, sum)) = decoded.split_last_chunk::<CHECKSUM>() else { return Err(LinkError::Damaged) };
        let Some((_, value)) = content.split_at_checked(self.mark.len()) else { return Err(LinkError::Damaged) };
        // A newer version may have its checksum elsewhere.
        match content[1] & 0x0f {
            version if version == self.version => {}
            newer if newer > self.version => return Err(LinkError::Newer),
            _ => return Err(LinkError::Damaged),
        }
        if *sum != checksum(content) {
            return Err(LinkError::Damaged);
        }
        // The checksum is right: what cannot be read now was never written by this version.
        bytes::read(value, body).ok_or(LinkError::Newer)
    }
}

/// Whether the bytes arrived as they were sent.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    (digest(bytes) as u32).to_le_bytes()
}

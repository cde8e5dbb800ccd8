//! What outlives the page: the link in the address, and a few choices. In a sandboxed frame none of it may be allowed:
//! then it is not kept, and nothing else happens.

use wasm_bindgen::JsValue;
use web_sys::Storage;

use crate::stage::dom::window;

const CHOICES: &str = "tutti";
const DOING: &str = "tutti-doing";
/// How a browser says that a page was loaded again.
const RELOAD: u16 = 1;

/// What a reader chose, once and for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Choices {
    /// `day` or `night`; what the system says if neither.
    pub theme: String,
    /// The hint has done its work.
    pub hinted: bool,
}

const HINTED: &str = "hinted";

impl Choices {
    /// As they were kept.
    pub(super) fn load() -> Choices {
        let kept = || window().local_storage().ok()??.get_item(CHOICES).ok()?;
        Choices::read(&kept().unwrap_or_default())
    }

    fn read(text: &str) -> Choices {
        let has = |word: &str| text.split(' ').any(|each| each == word);
        let theme = ["day", "night"].into_iter().find(|theme| has(theme)).unwrap_or_default();
        Choices { theme: theme.to_owned(), hinted: has(HINTED) }
    }

    fn text(&self) -> String {
        [self.theme.as_str(), " ", if self.hinted { HINTED } else { "" }].concat()
    }

    /// Keeps them, if that is allowed.
    pub(super) fn keep(&self) {
        if let Ok(Some(local)) = window().local_storage() {
            let _ = local.set_item(CHOICES, &self.text());
        }
    }
}

fn session() -> Option<Storage> {
    window().session_storage().ok()?
}

/// What the address says after the `#`.
pub(super) fn link_in_address() -> Option<String> {
    let hash = window().location().hash().ok()?;
    let link = hash.strip_prefix('#').unwrap_or(&hash);
    (!link.is_empty()).then(|| link.to_owned())
}

/// What was kept by a page in this tab, of whatever address.
pub(super) fn in_session() -> Option<String> {
    session()?.get_item(DOING).ok()?
}

/// What was kept of this page before it was loaded again.
pub(super) fn kept() -> Option<String> {
    let kept = in_session()?;
    let mut lines = kept.splitn(3, '\n');
    let (address, before) = (lines.next()?, lines.next()?);
    let here = link_in_address().unwrap_or_default();
    let again = || window().performance().is_some_and(|page| page.navigation().type_() == RELOAD);
    // An address that is changed while the page is being loaded again already is not the one that is loaded.
    (here == address || here == before && again()).then(|| lines.next().map(str::to_owned)).flatten()
}

/// Keeps the link in the address, where that is allowed.
pub(super) fn keep_link(link: &str) {
    let hash = ["#", link].concat();
    let _ = window().history().and_then(|h| h.replace_state_with_url(&JsValue::NULL, "", Some(&hash)));
}

/// Keeps something for this page, should it be loaded again, at this address or the one `before`. Says whether it could;
/// if not, nothing is kept for it.
pub(super) fn keep_in_session(before: &str, what: &str) -> bool {
    let Some(session) = session() else { return false };
    let here = link_in_address().unwrap_or_default();
    let kept = session.set_item(DOING, &[&here, "\n", before, "\n", what].concat()).is_ok();
    if !kept {
        // Not what was before, either.
        let _ = session.remove_item(DOING);
    }
    kept
}

/// The address of this page with another link in it.
pub(super) fn address_with(link: &str) -> String {
    let href = window().location().href().unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    [page, "#", link].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_as_they_were_kept() {
        for theme in ["", "day", "night"] {
            for hinted in [false, true] {
                let choices = Choices { theme: theme.to_owned(), hinted };
                assert_eq!(Choices::read(&choices.text()), choices);
            }
        }
        assert_eq!(Choices::read("{\"theme\":\"dusk\"}"), Choices::default());
    }
}

//! What outlives the page: the link in the address, and a few choices. In a sandboxed frame none of it may be allowed:
//! then it is not kept, and nothing else happens.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::Storage;

use crate::stage::dom::window;

const CHOICES: &str = "tutti";
const LINK: &str = "tutti-link";

/// What a reader chose, once and for all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Choices {
    /// `day` or `night`; what the system says if neither.
    pub theme: String,
    /// The hint has done its work.
    pub hinted: bool,
}

impl Choices {
    /// As they were kept.
    pub(super) fn load() -> Choices {
        let kept = || {
            let text = window().local_storage().ok()??.get_item(CHOICES).ok()??;
            let value = js_sys::JSON::parse(&text).ok()?;
            serde_wasm_bindgen::from_value(value).ok()
        };
        kept().unwrap_or_default()
    }

    /// Keeps them, if that is allowed.
    pub(super) fn keep(&self) {
        let keep = || {
            let value = serde_wasm_bindgen::to_value(self).ok()?;
            let text = js_sys::JSON::stringify(&value).ok()?.as_string()?;
            window().local_storage().ok()??.set_item(CHOICES, &text).ok()
        };
        let _ = keep();
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

/// What was on this page before it was loaded again, if it was this address.
pub(super) fn link_in_session() -> Option<String> {
    let kept = session()?.get_item(LINK).ok()??;
    let (address, link) = kept.split_once('\n')?;
    (address == link_in_address().unwrap_or_default()).then(|| link.to_owned())
}

/// Keeps the link in the address, where that is allowed.
pub(super) fn keep_link(link: &str) {
    let hash = ["#", link].concat();
    let _ = window().history().and_then(|h| h.replace_state_with_url(&JsValue::NULL, "", Some(&hash)));
}

/// Keeps the link of a page that is being left: its address cannot be changed any more, but it may come back to it.
pub(super) fn keep_on_leaving(link: &str) {
    if let Some(session) = session() {
        let _ = session.set_item(LINK, &[&link_in_address().unwrap_or_default(), "\n", link].concat());
    }
}

/// The address of this page with another link in it.
pub(super) fn address_with(link: &str) -> String {
    let href = window().location().href().unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    [page, "#", link].concat()
}

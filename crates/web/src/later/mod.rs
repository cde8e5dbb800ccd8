//! What a reader needs only once they do something: menus, dialogs, the other panels, links, forms. In the site it is a
//! file of its own, which is loaded at the first sign of a reader, so that the stage is there, and plays, before it; what
//! they did meanwhile is kept, and done in its order as soon as the file is there; time stands for it. Wherever the site is not taken apart,
//! as in tests, it is simply there.
//!
//! Nothing outside of [`tools`] may call what is meant to be loaded later but through [`Later`]: whatever can be reached
//! in any other way is loaded at once.

#[cfg(split)]
mod load;
mod tools;

use tutti_core::lab::scene::Scene;
use web_sys::Event;
use yew::prelude::*;

use crate::app::{App, Begun, Dialog, Msg};
use crate::stage::gesture::Target;
use crate::stage::heard::Heard;
use crate::stage::layout::Layout;
use crate::stage::paint::{Look, Painter};
use crate::stage::pen::Pen;
use crate::stage::view::{Handle, View};

/// What is there later.
pub(crate) trait Later {
    /// Gives the page the style of it. Once it is enough.
    fn dress(&self);
    /// The stage has heard something.
    fn stage(&self, view: &mut View, heard: Heard, event: &Event, handle: &Handle);
    /// The strips of the branches and the words about them, where there is more than one.
    fn branches(&self, view: &mut View);
    /// Draws what is over the score.
    fn over(&self, view: &mut View);
    /// What is broken is said above the stage and to a screen reader. Says whether there was anything new.
    fn breaks(&self, view: &mut View, at: f64) -> bool;
    /// A shop is on the stage.
    fn open_shop(&self, view: &mut View);
    /// Where the parts of a shop stand.
    fn arrange(&self, scene: &Scene, width: f64, height: f64) -> Layout;
    /// Takes in what the messages in a shop carry.
    fn lade(&self, view: &mut View);
    /// Draws what lies under the messages of a shop.
    fn shop_below(&self, painter: &Painter, pen: Pen<'_>, layout: &Layout, scene: &Scene);
    /// Draws the parts of a shop, and what its messages carry.
    fn shop_above(&self, painter: &Painter, pen: Pen<'_>, layout: &Layout, scene: &Scene, look: Look<'_>);
    /// Brings the tape of a topic up to date.
    fn show_tape(&self, view: &mut View);
    /// Shows on the score the order that is followed.
    fn follow_on_score(&self, view: &View);
    /// What is said of a target that the pointer is on.
    fn tip(&self, view: &View, target: Target) -> Option<String>;
    /// The run goes on for a frame towards where the reader was, or to where its link leads.
    fn arrive(&self, view: &mut View);
    /// The site has heard something. Says whether it has to be drawn.
    fn site(&self, app: &mut App, ctx: &Context<App>, msg: Msg) -> bool;
    /// What is open over the page.
    fn dialog(&self, app: &App, ctx: &Context<App>, dialog: Dialog) -> Html;
    /// A panel other than the logs.
    fn panel(&self, app: &App, ctx: &Context<App>) -> Html;
    /// Takes from the desk what such a panel shows. Says whether any of it has changed.
    fn look(&self, app: &mut App) -> bool;
    /// The run that was on the page before, or that the address asks for.
    fn begin(&self) -> Begun;
    /// The page is left: what the reader was doing is kept.
    fn leave(&self, app: &App);
    /// Measures what the address asks for. Says whether it asked for anything that needs no page.
    fn measure(&self) -> bool;
}

/// What is there later, if it is there.
#[cfg(not(split))]
pub(crate) fn here() -> Option<&'static dyn Later> {
    Some(&tools::Tools)
}

/// Does something once it is there.
#[cfg(not(split))]
pub(crate) fn then(f: impl FnOnce(Result<&'static dyn Later, Missing>) + 'static) {
    f(Ok(&tools::Tools));
}

#[cfg(split)]
pub(crate) use self::load::{fetch, go_on, here, hold, holds, then};

/// Has it loaded, if that was never tried.
#[cfg(not(split))]
pub(crate) fn fetch() {}

/// Time stands until what waits is done.
#[cfg(not(split))]
pub(crate) fn hold() {}

/// Whether time stands.
#[cfg(not(split))]
pub(crate) fn holds() -> bool {
    false
}

/// Time stands no longer.
#[cfg(not(split))]
pub(crate) fn go_on() {}

/// It could not be loaded. Who asks again has it tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing;

//! What is there later, once it is there.

use gloo_timers::callback::Timeout;
use tutti_core::lab::scene::Scene;
use web_sys::Event;
use yew::prelude::*;

use super::Later;
use crate::app::{App, Begun, Dialog, Msg};
use crate::bench;
use crate::stage::dom::{child, document};
use crate::stage::gesture::Target;
use crate::stage::heard::Heard;
use crate::stage::layout::Layout;
use crate::stage::overlay::element_of;
use crate::stage::paint::{Look, Painter};
use crate::stage::pen::Pen;
use crate::stage::shop;
use crate::stage::view::{Handle, View};

/// All of it.
pub(super) struct Tools;

impl Later for Tools {
    fn dress(&self) {
        if let Some(head) = document().head() {
            let style = child(&head, "style", "");
            style.set_text_content(Some(include_str!("../../../../static/later.css")));
        }
    }

    fn stage(&self, view: &mut View, heard: Heard, event: &Event, handle: &Handle) {
        match heard {
            Heard::Pointer => {
                if let Some(wait) = view.pointer(event) {
                    let handle = handle.clone();
                    view.await_long_press(Timeout::new(wait, move || handle.with(View::long_pressed)));
                }
            }
            Heard::Menu => view.context_menu(event),
            // The space key is to play and pause after a click, and not to click again.
            Heard::Press => event.prevent_default(),
            Heard::Click => view.board_click(event),
            Heard::Focus => {
                if let Some(element) = element_of(event) {
                    view.focused(&element);
                }
            }
            Heard::Blur => view.blurred(),
            Heard::Score => {
                view.score_pointer(event);
                view.score_pick(event, handle);
            }
            Heard::Wheel => view.score_wheel(event),
            Heard::Bar => view.bar_click(event),
            Heard::Speed => view.speed_moved(),
            Heard::Branch => view.branch_click(event),
            Heard::Hint => view.hinted(),
            Heard::Undo => view.undo(),
            Heard::Key => {
                if view.key(event) || view.pick_key(event, handle) {
                    event.stop_propagation();
                }
            }
            Heard::PageKey => {
                view.page_key(event);
                view.pick_key(event, handle);
            }
            Heard::Look => view.restyle(),
        }
    }

    fn branches(&self, view: &mut View) {
        view.write_branches();
    }

    fn over(&self, view: &mut View) {
        view.draw_over();
    }

    fn breaks(&self, view: &mut View, at: f64) -> bool {
        view.breaks(at)
    }

    fn open_shop(&self, view: &mut View) {
        view.open_shop();
    }

    fn arrange(&self, scene: &Scene, width: f64, height: f64) -> Layout {
        shop::layout::arrange(scene, width, height)
    }

    fn lade(&self, view: &mut View) {
        view.lade();
    }

    fn shop_below(&self, painter: &Painter, pen: Pen<'_>, layout: &Layout, scene: &Scene) {
        painter.shop_below(pen, layout, scene);
    }

    fn shop_above(&self, painter: &Painter, pen: Pen<'_>, layout: &Layout, scene: &Scene, look: Look<'_>) {
        painter.shop_above(pen, layout, scene, look);
    }

    fn show_tape(&self, view: &mut View) {
        view.show_tape();
    }

    fn follow_on_score(&self, view: &View) {
        view.follow_on_score();
    }

    fn tip(&self, view: &View, target: Target) -> Option<String> {
        view.tip_words(target)
    }

    fn arrive(&self, view: &mut View) {
        view.arrive();
    }

    fn site(&self, app: &mut App, ctx: &Context<App>, msg: Msg) -> bool {
        app.hear(ctx, msg)
    }

    fn dialog(&self, app: &App, ctx: &Context<App>, dialog: Dialog) -> Html {
        app.write_dialog(ctx.link(), dialog)
    }

    fn panel(&self, app: &App, ctx: &Context<App>) -> Html {
        app.write_panel(ctx.link())
    }

    fn look(&self, app: &mut App) -> bool {
        app.look_closer()
    }

    fn begin(&self) -> Begun {
        App::begin()
    }

    fn leave(&self, app: &App) {
        app.keep_here();
    }

    fn measure(&self) -> bool {
        let measures = bench::wanted() == Some(bench::Bench::Runs);
        if measures {
            bench::runs();
        }
        measures
    }
}

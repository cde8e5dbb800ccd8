//! Inventory: looks whether there is enough, reserves what is paid, and has it sent.

use super::course::{Heard, Next};
use super::message::ChainRequest;
use super::note::ChainNote;
use super::port::ChainPort;
use super::process::ChainService;
use crate::shop::{Book, InventoryBook, Left, OrderId, Service, ShopEvent};

impl ChainService {
    /// Whether there is enough for an order at this moment. It reserves nothing.
    pub(super) fn check(&mut self, at: usize, placed: &ShopEvent) -> Next {
        let (ShopEvent::OrderPlaced { order, items, .. }, Some(book)) = (placed, self.stock()) else {
            return Next::Fail;
        };
        if let Some(item) = book.missing(items) {
            self.tell(at, [ShopEvent::OutOfStock { order: *order, item }]);
        }
        Next::Done
    }

    /// What is paid is reserved, and then to be sent.
    pub(super) fn reserve(
        &mut self,
        at: usize,
        processed: &ShopEvent,
        heard: Heard<'_>,
        port: &mut impl ChainPort,
    ) -> Next {
        let Some(order) = processed.order() else { return Next::Fail };
        match heard {
            Heard::Nothing => {
                if self.has_had(processed) {
                    port.note(ChainNote::KnewAlready { order });
                } else {
                    self.deal_with(processed, None, order, port);
                }
                self.ship_next(at, processed, order)
            }
            Heard::Answer(_, events) => {
                for event in events {
                    self.deal_with(event, None, order, port);
                }
                self.tell(at, events.iter().cloned());
                Next::Done
            }
            Heard::Provider(_) | Heard::Silence(_) => Next::Fail,
        }
    }

    /// How it goes on is in the books.
    fn ship_next(&mut self, at: usize, processed: &ShopEvent, order: OrderId) -> Next {
        let Some(book) = self.stock() else { return Next::Fail };
        let known = book.reservation(order).cloned().unwrap_or_default();
        let end = match (known.cancelled, known.times, known.out_of) {
            (true, ..) => ShopEvent::ShippingCancelled { order },
            (false, 0, Some(item)) => ShopEvent::OutOfStock { order, item },
            (false, 0, None) => return Next::Fail,
            (false, ..) => {
                let ShopEvent::PaymentProcessed { items, .. } = processed else { return Next::Fail };
                let left = |item| book.level(item).map_or_else(Default::default, |level| level.available);
                let left = items.lines().iter().map(|line| Left { item: line.item, left: left(line.item) }).collect();
                let updated = ShopEvent::StockUpdated { order, items: items.clone(), left };
                self.tell(at, [updated.clone()]);
                return Next::Call(Service::Shipping, ChainRequest::Ship(updated));
            }
        };
        self.tell(at, [end]);
        Next::Done
    }

    /// The order service tells what shipping has said.
    pub(super) fn settle(&mut self, event: &ShopEvent, port: &mut impl ChainPort) -> Next {
        let Some(order) = event.order() else { return Next::Fail };
        if !self.has_had(event) {
            self.deal_with(event, None, order, port);
        }
        Next::Done
    }

    fn stock(&self) -> Option<&InventoryBook> {
        match &self.ledger.book {
            Book::Inventory(book) => Some(book),
            _ => None,
        }
    }
}

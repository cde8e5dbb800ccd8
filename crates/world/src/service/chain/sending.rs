//! Shipping: the end of the chain, and the authority on whether a parcel has left.

use super::course::Next;
use super::note::ChainNote;
use super::port::ChainPort;
use super::process::ChainService;
use crate::shop::{Book, Shipment, ShopEvent, Work};

impl ChainService {
    /// A parcel is to be sent, or to be let be. Whichever comes first counts, and is the answer to both.
    pub(super) fn send_or_stop(&mut self, at: usize, event: &ShopEvent, port: &mut impl ChainPort) -> Next {
        let Some(order) = event.order() else { return Next::Fail };
        if self.ledger.book.work(event) == Work::Skip {
            port.note(ChainNote::KnewAlready { order });
        } else {
            self.deal_with(event, None, order, port);
        }
        let Book::Shipping(book) = &self.ledger.book else { return Next::Fail };
        let said = match book.shipment(order) {
            Shipment::Left { tracking, .. } => {
                ShopEvent::OrderShipped { order, tracking, timestamp: port.local_time() }
            }
            Shipment::Cancelled => ShopEvent::ShippingCancelled { order },
            Shipment::Waiting => return Next::Fail,
        };
        self.tell(at, [said]);
        Next::Done
    }
}

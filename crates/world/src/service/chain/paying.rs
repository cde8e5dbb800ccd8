//! Payment: gets the money, has the order sent, and gives the money back where there is nothing to send.

use super::course::{Heard, Next};
use super::message::ChainRequest;
use super::note::ChainNote;
use super::port::ChainPort;
use super::process::ChainService;
use crate::shop::{Book, CancelReason, OrderId, PaymentRow, ProviderAnswer, Service, ShopEvent, Work};

impl ChainService {
    /// An order is to be paid, and then to be sent.
    pub(super) fn pay(&mut self, at: usize, placed: &ShopEvent, heard: Heard<'_>, port: &mut impl ChainPort) -> Next {
        let Some(order) = placed.order() else { return Next::Fail };
        match heard {
            Heard::Nothing if self.has_had(placed) => {
                port.note(ChainNote::KnewAlready { order });
                self.go_on(at, placed, order)
            }
            Heard::Nothing => self.ask_provider(placed),
            Heard::Provider(answer) => match self.provider_said(at, answer, order, port).as_deref() {
                Some([.., ShopEvent::PaymentDeclined { .. } | ShopEvent::PaymentRefunded { .. }]) => Next::Done,
                Some([.., processed @ ShopEvent::PaymentProcessed { .. }]) => self.reserve_next(processed, order),
                _ => Next::Fail,
            },
            Heard::Answer(_, events) => {
                self.tell(at, events.iter().cloned());
                match events.last() {
                    Some(ShopEvent::OrderShipped { .. }) => Next::Done,
                    // What was captured is given back at once.
                    Some(out @ ShopEvent::OutOfStock { .. }) => match self.refunded(order) {
                        Some(refunded) => {
                            self.tell(at, [refunded]);
                            Next::Done
                        }
                        None => self.ask_provider(out),
                    },
                    _ => Next::Fail,
                }
            }
            Heard::Silence(_) => Next::Fail,
        }
    }

    /// What may have been captured for an order is to be given back; what was not is never to be.
    pub(super) fn give_back(
        &mut self,
        at: usize,
        placed: &ShopEvent,
        heard: Heard<'_>,
        port: &mut impl ChainPort,
    ) -> Next {
        let Some(order) = placed.order() else { return Next::Fail };
        match heard {
            Heard::Nothing => {}
            Heard::Provider(answer) => {
                if self.provider_said(at, answer, order, port).is_none() {
                    return Next::Fail;
                }
            }
            Heard::Answer(..) | Heard::Silence(_) => return Next::Fail,
        }
        // First it is written down that the order is not to be paid any more. Then an earlier try may have captured money,
        // and its answer may be lost: only the provider can say. What it says was captured goes back.
        for _ in 0..3 {
            let Some(row) = self.payment(order) else { return Next::Fail };
            let end = row.declined.map(|reason| ShopEvent::PaymentDeclined { order, reason });
            if let Some(end) = end.or_else(|| self.refunded(order)) {
                self.tell(at, [end]);
                return Next::Done;
            }
            let event = match (row.cancelled, row.charges) {
                (None, _) => ShopEvent::ShippingCancelled { order },
                (Some(_), 0) => placed.clone(),
                (Some(_), _) => match self.processed(placed, order) {
                    Some(processed) => processed,
                    None => return Next::Fail,
                },
            };
            match self.ledger.book.work(&event) {
                Work::Ask(request) => return Next::Ask(request, event),
                Work::Do => self.deal_with(&event, None, order, port),
                Work::Skip | Work::Prepare => return Next::Fail,
            };
        }
        Next::Fail
    }

    fn ask_provider(&self, event: &ShopEvent) -> Next {
        match self.ledger.book.work(event) {
            Work::Ask(request) => Next::Ask(request, event.clone()),
            Work::Skip | Work::Do | Work::Prepare => Next::Fail,
        }
    }

    /// What the provider said is written down; `None`: it could not be dealt with.
    fn provider_said(
        &mut self,
        at: usize,
        answer: ProviderAnswer,
        order: OrderId,
        port: &mut impl ChainPort,
    ) -> Option<Vec<ShopEvent>> {
        let event = self.asked_on(at)?;
        let records = self.deal_with(&event, Some(&answer), order, port)?;
        self.tell(at, records.iter().cloned());
        Some(records)
    }

    /// The payment was dealt with before: how it goes on is in the books.
    fn go_on(&mut self, at: usize, placed: &ShopEvent, order: OrderId) -> Next {
        let Some(row) = self.payment(order) else { return Next::Fail };
        if let Some(reason) = row.declined {
            self.tell(at, [ShopEvent::PaymentDeclined { order, reason }]);
            return Next::Done;
        }
        let Some(processed) = self.processed(placed, order) else { return Next::Fail };
        self.tell(at, [processed.clone()]);
        if let Some(refunded) = self.refunded(order) {
            self.tell(at, [refunded]);
            return Next::Done;
        }
        self.reserve_next(&processed, order)
    }

    fn reserve_next(&self, processed: &ShopEvent, order: OrderId) -> Next {
        match self.payment(order).is_some_and(|row| row.cancelled.is_some()) {
            true => Next::Fail,
            false => Next::Call(Service::Inventory, ChainRequest::Reserve(processed.clone())),
        }
    }

    fn payment(&self, order: OrderId) -> Option<PaymentRow> {
        match &self.ledger.book {
            Book::Payment(book) => Some(book.payment(order).cloned().unwrap_or_default()),
            _ => None,
        }
    }

    /// What it said when the money was captured.
    fn processed(&self, placed: &ShopEvent, order: OrderId) -> Option<ShopEvent> {
        let PaymentRow { payment: Some(payment), amount, .. } = self.payment(order)? else { return None };
        let ShopEvent::OrderPlaced { items, .. } = placed else { return None };
        Some(ShopEvent::PaymentProcessed { order, items: items.clone(), payment, amount })
    }

    /// What it said when the money went back, if it did.
    fn refunded(&self, order: OrderId) -> Option<ShopEvent> {
        let PaymentRow { payment: Some(payment), amount, refunds, cancelled, .. } = self.payment(order)? else {
            return None;
        };
        let reason = cancelled.unwrap_or(CancelReason::Late);
        refunds.checked_sub(1).map(|nth| ShopEvent::PaymentRefunded { order, payment, amount, reason, nth })
    }
}

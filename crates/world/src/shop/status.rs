//! How far an order is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Nobody has placed it.
    #[default]
    Unknown,
    /// It was placed.
    Placed,
    /// It is paid.
    Confirmed,
    /// It is to come to nothing, if its parcel has not left.
    Cancelling,
    /// Its parcel has left: an end.
    Shipped,
    /// It was not paid: an end.
    Rejected,
    /// It came to nothing, and the money went back: an end.
    Cancelled,
}

impl Status {
    /// Whether nothing changes it any more.
    pub fn is_end(self) -> bool {
        matches!(self, Status::Shipped | Status::Rejected | Status::Cancelled)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Placed => "placed",
            Status::Confirmed => "confirmed",
            Status::Cancelling => "cancelling",
            Status::Shipped => "shipped",
            Status::Rejected => "rejected",
            Status::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! Values whose type is not written where they are kept.

use std::any::Any;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};

/// Plain data behind a trait object: it can be compared and hashed like the type that it is.
///
/// A world holds such values where not every world has their kind: whoever plays only the others need not carry the code
/// of this kind, since nothing but whoever makes a value names its type. Copying is left to the trait whose object it is.
pub trait Value: Any + Debug + Send + Sync {
    /// Whether the other is of the same type and equal.
    fn same(&self, other: &dyn Any) -> bool;
    /// Gives what it is to a hasher.
    fn feed(&self, state: &mut dyn Hasher);
}

impl<T: Any + Debug + Eq + Hash + Send + Sync> Value for T {
    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }

    fn feed(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }
}

/// Makes the objects of a trait over [`Value`] values themselves. The trait has to have a method `copy`.
macro_rules! values {
    ($object:ident) => {
        impl Clone for Box<dyn $object> {
            fn clone(&self) -> Self {
                (**self).copy()
            }
        }

        impl PartialEq for dyn $object {
            fn eq(&self, other: &dyn $object) -> bool {
                self.same(other)
            }
        }

        impl Eq for dyn $object {}

        impl std::hash::Hash for dyn $object {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.feed(state);
            }
        }

        impl dyn $object {
            /// The value, if it is of this type.
            pub fn is<T: 'static>(&self) -> Option<&T> {
                (self as &dyn std::any::Any).downcast_ref()
            }
        }
    };
}

pub(crate) use values;

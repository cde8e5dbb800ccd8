//! Sets of known bugs.

/// Makes the type of a set of a room's `Defect`s. Where it is used, `Serialize` and `Deserialize` have to be in scope.
macro_rules! defect_set {
    () => {
        /// A set of defects.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct Defects(u32);

        impl Defects {
            /// Whether the defect is switched on.
            #[inline]
            pub fn has(self, defect: Defect) -> bool {
                self.0 & (1 << defect as u8) != 0
            }

            /// Whether none is.
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The set with one more.
            #[must_use]
            pub fn with(self, defect: Defect) -> Defects {
                Defects(self.0 | 1 << defect as u8)
            }
        }

        impl From<Vec<Defect>> for Defects {
            fn from(list: Vec<Defect>) -> Self {
                list.into_iter().fold(Defects::default(), Defects::with)
            }
        }

        impl From<Defects> for Vec<Defect> {
            fn from(set: Defects) -> Self {
                Defect::ALL.into_iter().filter(|&defect| set.has(defect)).collect()
            }
        }
    };
}

pub(crate) use defect_set;

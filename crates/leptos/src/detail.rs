//! Reads the details of events, and writes their types as TypeScript has them, to compare with the contract.
//!
//! The events themselves are in `events`.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The detail of an event.
pub(crate) trait EventDetail: Sized {
    /// Returns `None` for a detail of another shape, which a newer element may send.
    fn read(detail: &JsValue) -> Option<Self>;

    /// Its type in TypeScript, as in the contract.
    #[cfg(test)]
    fn shape() -> String;
}

/// The value of one field.
pub(crate) trait DetailField: Sized {
    /// The sign between the name of the field and its type in TypeScript.
    #[cfg(test)]
    const MARK: &str = ":";

    fn read(value: Option<JsValue>) -> Option<Self>;

    /// Its type in TypeScript, as in the contract.
    #[cfg(test)]
    fn kind() -> String;
}

/// A choice of words that the element says.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that the element says.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }

        impl $crate::detail::DetailField for $name {
            fn read(value: Option<JsValue>) -> Option<Self> {
                Self::from_word(&value?.as_string()?)
            }

            #[cfg(test)]
            fn kind() -> String {
                Self::ALL.iter().map(|known| format!("{:?}", known.word())).collect::<Vec<_>>().join(" | ")
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;

/// Declares a detail, or an object in one, whose fields have the names that they have in the contract.
macro_rules! object {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$meaning])* pub $field: $type,)+
        }

        impl $crate::detail::EventDetail for $name {
            fn read(detail: &JsValue) -> Option<Self> {
                Some(Self { $($field: DetailField::read($crate::detail::get_property(detail, stringify!($field)))?,)+ })
            }

            #[cfg(test)]
            fn shape() -> String {
                let fields = [$([stringify!($field), <$type as DetailField>::MARK, " ", &<$type as DetailField>::kind()].concat()),+];
                format!("{{ {} }}", fields.join(", "))
            }
        }
    };
}
pub(crate) use object;

/// Reads a detail that has one field as the value of that field.
macro_rules! detail_of_one_field {
    ($($type:ty: $field:literal,)+) => {
        $(impl $crate::detail::EventDetail for $type {
            fn read(detail: &JsValue) -> Option<Self> {
                DetailField::read($crate::detail::get_property(detail, $field))
            }

            #[cfg(test)]
            fn shape() -> String {
                ["{ ", $field, <$type as DetailField>::MARK, " ", &<$type as DetailField>::kind(), " }"].concat()
            }
        })+
    };
}
pub(crate) use detail_of_one_field;

/// Declares how values are read from a field of this type in TypeScript.
macro_rules! field {
    ($($type:ty, $kind:literal: $read:expr,)+) => {
        $(impl $crate::detail::DetailField for $type {
            fn read(value: Option<JsValue>) -> Option<Self> {
                value.and_then($read)
            }

            #[cfg(test)]
            fn kind() -> String {
                $kind.to_owned()
            }
        })+
    };
}
pub(crate) use field;

impl EventDetail for () {
    fn read(_: &JsValue) -> Option<Self> {
        Some(())
    }

    #[cfg(test)]
    fn shape() -> String {
        "{}".to_owned()
    }
}

field! {
    bool, "boolean": |value| value.as_bool(),
    // Counts of photos and characters are far from where a float would lose one.
    u32, "number": |value| value.as_f64().map(|count| count as u32),
    // Where there is no day, the element sends an empty text.
    String, "string": |value| value.as_string().filter(|text| !text.is_empty()),
}

impl<T: DetailField> DetailField for Option<T> {
    #[cfg(test)]
    const MARK: &str = "?:";

    fn read(value: Option<JsValue>) -> Option<Self> {
        Some(T::read(value))
    }

    #[cfg(test)]
    fn kind() -> String {
        T::kind()
    }
}

pub(crate) fn get_property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}

//! Reads what the backend says, and what was saved: parsed by the browser, turned into the shapes of `rules::contract`.
//!
//! serde does not read here, though it writes: what it derives for a shape is general, and its readers weighed three times
//! as much as these (4 KB of the page). What a shape's fields are, `shapes` says once more; the compiler holds that list
//! against the shape, and a test in the browser holds what is read against what serde writes.
//!
//! An object is asked for the fields that a shape has, so unknown fields are never seen: a backend may be newer than a
//! cached widget.

pub(crate) mod shapes;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Reads `text` as a `T`; nothing when it is no JSON, or not that of a `T`. What exactly is wrong with it, only a developer
/// would want to know, and they see it on the wire.
pub fn read<T: Shape>(text: &str) -> Option<T> {
    T::of(&parse(text)?)
}

#[inline(never)]
fn parse(text: &str) -> Option<Json> {
    JSON::parse(text).ok().map(Json)
}

/// What JSON can be read as.
pub trait Shape: Sized {
    /// `json` as one, if it has that shape.
    fn of(json: &Json) -> Option<Self>;
}

/// A value in JSON; `undefined` is what is not there.
pub struct Json(JsValue);

impl Json {
    /// The field `name` of an object.
    pub(crate) fn field<T: Shape>(&self, name: &str) -> Option<T> {
        T::of(&self.at(name))
    }

    /// The field `name` of an object, or what holds where it is not there.
    pub(crate) fn field_or<T: Shape>(&self, name: &str, otherwise: T) -> Option<T> {
        let field = self.at(name);
        if field.0.is_undefined() { Some(otherwise) } else { T::of(&field) }
    }

    #[inline(never)]
    fn at(&self, name: &str) -> Self {
        // Only an object can be asked.
        Self(Reflect::get(&self.0, &name.into()).unwrap_or_default())
    }

    /// Itself, if it is an object: what has no fields that must be there could be read of anything else.
    #[inline(never)]
    pub(crate) fn object(&self) -> Option<&Self> {
        self.0.is_object().then_some(self)
    }

    #[inline(never)]
    fn items(&self) -> Option<&Array> {
        Array::is_array(&self.0).then(|| self.0.unchecked_ref())
    }

    #[inline(never)]
    fn is_there(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    #[inline(never)]
    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }
}

impl Shape for bool {
    fn of(json: &Json) -> Option<Self> {
        json.0.as_bool()
    }
}

impl Shape for String {
    #[inline(never)]
    fn of(json: &Json) -> Option<Self> {
        json.0.as_string()
    }
}

/// Numbers of the contract fit their types; those that do not are cut off by `as`, which no rule lets through.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Shape for $number {
            fn of(json: &Json) -> Option<Self> {
                json.number().map(|number| number as $number)
            }
        }
    )*};
}

numbers!(u8, u16, u32, i32, usize);

impl<T: Shape> Shape for Option<T> {
    fn of(json: &Json) -> Option<Self> {
        if json.is_there() { T::of(json).map(Some) } else { Some(None) }
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn of(json: &Json) -> Option<Self> {
        let items = json.items()?;
        // Collecting would compile four functions more for each of the items' shapes.
        let mut all = Self::new();
        for n in 0..items.length() {
            all.push(T::of(&Json(items.get(n)))?);
        }
        Some(all)
    }
}

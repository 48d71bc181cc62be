//! Reads what the backend says, and what was saved: parsed by the browser, turned into the shapes of `rules::contract`.
//!
//! serde does not read here, though it writes: what it derives for a shape is general, and its readers weighed three times
//! as much as these (4 KB of the page). `shapes` lists the fields of each shape again; the compiler compares the list
//! with the shape, and a browser test compares the result with serde's.
//!
//! An object is asked for the fields that a shape has, so unknown fields are never seen: a backend may be newer than a
//! cached widget.

pub(crate) mod shapes;

use std::cell::Cell;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Reads `text` as a `T`; nothing when it is no JSON, or not that of a `T`. The error has no details:
/// only a developer would want them, and can look at the answer itself.
pub fn read_json<T: FromJson>(text: &str) -> Option<T> {
    read_json_value(parse(text)?)
}

/// The same, of what the browser has parsed.
pub(crate) fn read_json_value<T: FromJson>(value: JsValue) -> Option<T> {
    let fits = Cell::new(true);
    let whole = T::of(&JsonValue { value, fits: &fits });
    fits.get().then_some(whole)
}

#[inline(never)]
fn parse(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok()
}

/// A type that can be read from JSON.
pub trait FromJson: Sized {
    /// `json` as one. Where it has another shape, that is noted, and what is made of it is thrown away with the whole: to give
    /// up at each of a hundred fields instead costs 1 KB.
    fn of(json: &JsonValue<'_>) -> Self;
}

/// A value in JSON; `undefined` is what is not there.
pub struct JsonValue<'a> {
    value: JsValue,
    /// Whether all that was read so far had the shape that it was read as.
    fits: &'a Cell<bool>,
}

impl JsonValue<'_> {
    /// The field `name` of an object.
    pub(crate) fn field<T: FromJson>(&self, name: &str) -> T {
        T::of(&self.at(name))
    }

    /// The field `name` of an object, or what holds where it is not there.
    pub(crate) fn field_or<T: FromJson>(&self, name: &str, otherwise: T) -> T {
        let field = self.at(name);
        if field.value.is_undefined() { otherwise } else { T::of(&field) }
    }

    /// Notes that the whole is not what it was read as; `instead` takes the place of this.
    pub(crate) fn mark_invalid<T>(&self, instead: T) -> T {
        self.fits.set(false);
        instead
    }

    /// Wants an object: what has no field that must be there could be read of anything.
    #[inline(never)]
    pub(crate) fn require_object(&self) {
        if !self.value.is_object() {
            self.fits.set(false);
        }
    }

    #[inline(never)]
    fn at(&self, name: &str) -> Self {
        // Only an object can be asked.
        Self { value: Reflect::get(&self.value, &name.into()).unwrap_or_default(), fits: self.fits }
    }

    #[inline(never)]
    fn is_there(&self) -> bool {
        !self.value.is_null() && !self.value.is_undefined()
    }

    #[inline(never)]
    fn items(&self) -> u32 {
        if Array::is_array(&self.value) { self.value.unchecked_ref::<Array>().length() } else { self.mark_invalid(0) }
    }

    #[inline(never)]
    fn item(&self, n: u32) -> Self {
        Self { value: self.value.unchecked_ref::<Array>().get(n), fits: self.fits }
    }

    #[inline(never)]
    fn number(&self) -> f64 {
        self.value.as_f64().unwrap_or_else(|| self.mark_invalid(0.0))
    }
}

impl FromJson for bool {
    #[inline(never)]
    fn of(json: &JsonValue<'_>) -> Self {
        json.value.as_bool().unwrap_or_else(|| json.mark_invalid(false))
    }
}

impl FromJson for String {
    #[inline(never)]
    fn of(json: &JsonValue<'_>) -> Self {
        json.value.as_string().unwrap_or_else(|| json.mark_invalid(Self::new()))
    }
}

/// Numbers of the contract fit their types; those that do not are cut off by `as`, which no rule lets through.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl FromJson for $number {
            fn of(json: &JsonValue<'_>) -> Self {
                json.number() as $number
            }
        }
    )*};
}

numbers!(u8, u16, u32, i32, usize);

impl<T: FromJson> FromJson for Option<T> {
    fn of(json: &JsonValue<'_>) -> Self {
        json.is_there().then(|| T::of(json))
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn of(json: &JsonValue<'_>) -> Self {
        // Collecting would compile several functions more for each of the items' shapes.
        let mut all = Self::new();
        for n in 0..json.items() {
            all.push(T::of(&json.item(n)));
        }
        all
    }
}

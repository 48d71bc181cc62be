//! Reads what the backend says: parsed by the browser, turned into the shapes of `rules::contract` by serde.
//!
//! A general reader brings along what none of our shapes needs (maps, floats, messages with positions) and costs
//! three times as many bytes. This one asks an object for the fields that a shape has, in their order, so unknown
//! fields are never seen: a backend may be newer than a cached widget.

use std::fmt;

use js_sys::{Array, JSON, Reflect};
use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error, SeqAccess, VariantAccess, Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::JsValue;

/// Reads `text` as a `T`.
///
/// # Errors
///
/// [`OtherShape`] when it is no JSON, or not that of a `T`.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, OtherShape> {
    T::deserialize(Json(JSON::parse(text).map_err(|_| OtherShape)?))
}

/// JSON that is not what was expected. What exactly, only a developer would want to know, and they see it on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherShape;

impl fmt::Display for OtherShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON of another shape")
    }
}

impl std::error::Error for OtherShape {}

impl Error for OtherShape {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Json(JsValue);

impl Json {
    #[inline(never)]
    fn number(&self) -> Result<f64, OtherShape> {
        self.0.as_f64().ok_or(OtherShape)
    }

    #[inline(never)]
    fn string(&self) -> Result<String, OtherShape> {
        self.0.as_string().ok_or(OtherShape)
    }
}

/// Numbers of the contract fit their types; those that do not are cut off by `as`, which no rule lets through.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $number:ty,)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
            visitor.$visit(self.number()? as $number)
        }
    )*};
}

impl<'de> serde::Deserializer<'de> for Json {
    type Error = OtherShape;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, OtherShape> {
        Err(OtherShape)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
        visitor.visit_bool(self.0.as_bool().ok_or(OtherShape)?)
    }

    numbers! {
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_i32 visit_i32 i32,
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, OtherShape> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
        if !Array::is_array(&self.0) {
            return Err(OtherShape);
        }
        visitor.visit_seq(Items { array: self.0.into(), next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OtherShape> {
        if !self.0.is_object() {
            return Err(OtherShape);
        }
        visitor.visit_seq(Fields { object: self.0, fields })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OtherShape> {
        visitor.visit_enum(Name(self.string()?))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
        self.deserialize_string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OtherShape> {
        self.deserialize_string(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map ignored_any
    }
}

/// The fields of an object, in the order of the shape that is read. One that is not there is skipped, and has its
/// default where it has one.
struct Fields {
    object: JsValue,
    fields: &'static [&'static str],
}

impl Fields {
    #[inline(never)]
    fn next(&mut self) -> Option<Json> {
        let (name, rest) = self.fields.split_first()?;
        self.fields = rest;
        let value = Reflect::get(&self.object, &(*name).into()).ok()?;
        (!value.is_undefined()).then_some(Json(value))
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = OtherShape;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, OtherShape> {
        self.next().map(|value| seed.deserialize(value)).transpose()
    }
}

/// The items of an array.
struct Items {
    array: Array,
    next: u32,
}

impl Items {
    #[inline(never)]
    fn next(&mut self) -> Option<Json> {
        let item = (self.next < self.array.length()).then(|| self.array.get(self.next));
        self.next += 1;
        item.map(Json)
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = OtherShape;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, OtherShape> {
        self.next().map(|value| seed.deserialize(value)).transpose()
    }
}

/// The name of a variant without content.
struct Name(String);

impl<'de> EnumAccess<'de> for Name {
    type Error = OtherShape;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), OtherShape> {
        let variant = seed.deserialize(StrDeserializer::<OtherShape>::new(&self.0))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Name {
    type Error = OtherShape;

    fn unit_variant(self) -> Result<(), OtherShape> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, OtherShape> {
        Err(OtherShape)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, OtherShape> {
        Err(OtherShape)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, OtherShape> {
        Err(OtherShape)
    }
}

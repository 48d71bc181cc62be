//! Reads JSON bodies strictly: one well-formed document of the media type, without a repeated key.
//!
//! Without this strictness, two readers of one body could see two different claims. A refusal names the field, the expected value
//! and the kind of the received one; it never repeats the input.

use std::fmt;

use axum::http::{HeaderMap, header};
use damage_report_rules::{contract::Code, evidence::DigestError};
use serde::{
    Deserialize,
    de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use crate::{
    field_error::{FieldError, describe_value_kind, is_plain_name},
    incoming_body::{BodyError, IncomingBody},
    problem::Refusal,
};

/// Reads `body` as a `T`.
///
/// # Errors
///
/// `content_type`, `content_encoding`, `body_too_large`, `body_syntax`, `body_shape`, `field_unknown`, `digest_format`.
pub async fn read_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: IncomingBody,
    length_max: usize,
) -> Result<T, Refusal> {
    deserialize_value(read_body_as_value(headers, body, length_max).await?)
}

/// Reads `body` as one JSON document of any shape.
///
/// # Errors
///
/// `content_type`, `content_encoding`, `body_too_large`, `body_syntax`.
pub async fn read_body_as_value(headers: &HeaderMap, body: IncomingBody, length_max: usize) -> Result<Value, Refusal> {
    check_headers(headers, length_max)?;
    let bytes = collect_body(body, length_max).await?;
    parse_strictly(&bytes)
}

/// Parses `bytes` as one JSON document.
///
/// # Errors
///
/// `body_syntax`: not UTF-8, not JSON, more than one document, nested too deep, a number too large, or a repeated key.
pub fn parse_strictly(bytes: &[u8]) -> Result<Value, Refusal> {
    let refuse = |detail: &str| Err(Refusal::new(Code::BodySyntax).with_detail(detail));
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => {
            return refuse("a byte order mark stands before the document: send UTF-8 without one");
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => return refuse("this is UTF-16: send UTF-8"),
        _ => {}
    }
    // serde_json's syntax errors never quote the input.
    serde_json::from_slice(bytes).map(|Strict(value)| value).or_else(|error| refuse(&error.to_string()))
}

/// `value` as a `T`.
///
/// # Errors
///
/// `body_shape`, `field_unknown` or `digest_format`, with a JSON pointer to the field.
pub fn deserialize_value<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let pointer = pointer(error.path());
        let message = error.into_inner().to_string();
        let received = describe_value_kind(value.pointer(&pointer));
        match FieldError::parse(&message) {
            FieldError::Missing(field) => {
                let pointer = format!("{pointer}/{field}");
                let received = describe_value_kind(value.pointer(&pointer));
                Refusal::invalid_field(Code::BodyShape, &pointer, "a value", &received)
            }
            FieldError::Unknown { name, known } => {
                let missing_from_path = name.filter(|name| !pointer.ends_with(&format!("/{name}")));
                let pointer = missing_from_path.map_or(pointer.clone(), |name| format!("{pointer}/{name}"));
                Refusal::invalid_field(Code::FieldUnknown, &pointer, &known, "another field")
            }
            FieldError::Invalid { .. } if message.starts_with(&DigestError.to_string()) => {
                Refusal::invalid_field(Code::DigestFormat, &pointer, "64 lower-case hexadecimal digits", &received)
            }
            FieldError::Invalid { expected } => Refusal::invalid_field(Code::BodyShape, &pointer, &expected, &received),
        }
    })
}

/// Refuses a body that is not plain JSON or is too long, before any of it is read.
fn check_headers(headers: &HeaderMap, length_max: usize) -> Result<(), Refusal> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::new(Code::ContentType).with_detail("send application/json"));
    }
    refuse_content_encoding(headers)?;
    if declared_length(headers).is_some_and(|length| length > length_max as u64) {
        return Err(Refusal::new(Code::BodyTooLarge));
    }
    Ok(())
}

/// Refuses encoded bodies: this backend decompresses none.
///
/// # Errors
///
/// `content_encoding`.
pub fn refuse_content_encoding(headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => Err(Refusal::new(Code::ContentEncoding)),
        _ => Ok(()),
    }
}

/// The value of `Content-Length`.
#[must_use]
pub fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads the whole of `body`.
///
/// # Errors
///
/// `body_too_large`, `body_syntax` where it breaks off, `overloaded`.
pub(crate) async fn collect_body(mut body: IncomingBody, length_max: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(more) = body.next_chunk().await.map_err(refusal)? {
        if bytes.len() + more.len() > length_max {
            return Err(Refusal::new(Code::BodyTooLarge));
        }
        bytes.extend_from_slice(&more);
    }
    Ok(bytes)
}

fn refusal(error: BodyError) -> Refusal {
    match error {
        BodyError::Aborted => Refusal::new(Code::BodySyntax).with_detail("the body broke off"),
        BodyError::TimedOut(refusal) => refusal,
    }
}

/// The JSON pointer (RFC 6901) of `path`.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } if is_plain_name(key) => {
                pointer.push_str(&format!("/{key}"));
            }
            // A name that is not a plain word comes from the input: the pointer ends at its parent.
            _ => break,
        }
    }
    pointer
}

/// A JSON value in which no object repeats a key.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Strict, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number without bounds"))?;
        Ok(Strict(number.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Strict(array.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Strict, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, _>()? {
            if object.insert(key, value).is_some() {
                return Err(de::Error::custom("a key that stands twice"));
            }
        }
        Ok(Strict(object.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<Code> {
        parse_strictly(text.as_bytes()).err().map(|refusal| refusal.code())
    }

    #[test]
    fn a_repeated_key_is_refused_at_any_depth() {
        assert_eq!(code(r#"{"a": 1, "a": 2}"#), Some(Code::BodySyntax));
        assert_eq!(code(r#"[{"a": {"b": 1, "\u0062": 2}}]"#), Some(Code::BodySyntax));
        assert_eq!(code(r#"[{"a": 1}, {"a": 2}]"#), None);
    }

    #[test]
    fn anything_but_one_document_is_refused() {
        for text in ["", "{} {}", "{}x", "\u{feff}{}", "NaN", "[1e400]", "'a'", "{\"a\": \"\\ud800\"}"] {
            assert_eq!(code(text), Some(Code::BodySyntax), "{text:?}");
        }
        assert_eq!(code(&"[".repeat(20_000)), Some(Code::BodySyntax));
    }

    #[test]
    fn a_syntax_error_names_its_place_and_never_quotes_the_input() {
        let utf_16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: [(&[u8], &str); 7] = [
            (
                b"{\"device\": \"secret\t13\"}",
                "control character (\\u0000-\\u001F) found while parsing a string at line 1",
            ),
            (b"{\"secret\": 1, \"secret\": 2}", "a key that stands twice"),
            (b"{\"secret\": 1,}", "trailing comma at line 1"),
            (b"{'secret': 1}", "key must be a string at line 1"),
            (b"\xef\xbb\xbf{}", "a byte order mark"),
            (&utf_16, "this is UTF-16"),
            (b"{\"a\": \"caf\xe9\"}", "invalid unicode code point"),
        ];
        for (bytes, said) in cases {
            let refusal = parse_strictly(bytes).unwrap_err();
            let detail = refusal.problem().detail.clone().unwrap();
            assert!(detail.starts_with(said) && !detail.contains("secret"), "{detail}");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_the_input() {
        let value = parse_strictly(br#"{"damage": [], "photos": {"device": []}, "<script>": 1}"#).unwrap();
        let refusal = deserialize_value::<damage_report_rules::claim::ClaimDraft>(value).unwrap_err();
        assert_eq!(refusal.code(), Code::FieldUnknown);
        assert!(!format!("{refusal:?}").contains("<script>"), "{refusal:?}");
    }
}

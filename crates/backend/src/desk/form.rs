//! Reads the desk's forms strictly: known fields alone, each once, in UTF-8.

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use damage_report_rules::contract::Code;

use super::error::DeskError;
use crate::{app::App, incoming_body::IncomingBody, json, problem::Refusal};

/// The most bytes of a form. A reason of a thousand characters takes twelve bytes a character at most.
const BYTES_MAX: usize = 32 * 1024;

/// The fields of a form as they were typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Reads the form in `body`, which has no other fields than the `known` ones. A field may be left out; one whose name ends in `[]`
    /// may come more than once.
    ///
    /// # Errors
    ///
    /// A [`DeskError`] where the body is no such form.
    pub(super) async fn read(app: &App, headers: &HeaderMap, body: Body, known: &[&str]) -> Result<Self, DeskError> {
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(DeskError::UNREADABLE);
        }
        json::refuse_content_encoding(headers)?;
        let bytes = json::collect_body(IncomingBody::new(body, &app.config.limits), BYTES_MAX).await?;
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(&bytes) {
            form.add_field(&name, &value, known)?;
        }
        Ok(form)
    }

    /// Adds a field.
    ///
    /// # Errors
    ///
    /// A [`DeskError`] where it is unknown, repeated or not text.
    pub(super) fn add_field(&mut self, name: &str, value: &str, known: &[&str]) -> Result<(), DeskError> {
        let is_repeated = !name.ends_with("[]") && self.fields.iter().any(|(other, _)| other == name);
        // The parser writes this character for bytes that are no UTF-8.
        if is_repeated || !known.contains(&name) || value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(Refusal::new(Code::FieldUnknown).into());
        }
        // Browsers end each line of a text with two characters.
        self.fields.push((name.to_owned(), value.replace("\r\n", "\n")));
        Ok(())
    }

    /// The value of the field called `name`; empty where it was left out.
    pub(super) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Every value of the field called `name`.
    pub(super) fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

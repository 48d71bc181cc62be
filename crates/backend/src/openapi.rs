//! The contract as an OpenAPI document, generated from the handlers and the types that travel.

use std::sync::LazyLock;

use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        Components,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::routes;

/// The document, pretty-printed, ending in a newline: exactly what stands in `docs/openapi.json`.
#[must_use]
pub fn document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
        let (_, contract) = routes::all().split_for_parts();
        let mut contract = serde_json::to_value(contract).unwrap_or_default();
        for_readers_of_any_language(&mut contract);
        let mut document = serde_json::to_string_pretty(&contract).unwrap_or_default();
        document.push('\n');
        document
    });
    &DOCUMENT
}

/// Leaves out of each description what speaks to Rust programmers: the examples, and links to other items.
fn for_readers_of_any_language(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => {
                        let prose = text.split("\n\n# Example").next().unwrap_or_default();
                        let links = |line: &&str| line.starts_with("[`") && line.contains("`]: ");
                        let lines: Vec<&str> = prose.lines().filter(|line| !links(line)).collect();
                        *text = lines.join("\n").trim_end().replace("[`", "`").replace("`]", "`");
                    }
                    _ => for_readers_of_any_language(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(for_readers_of_any_language),
        _ => {}
    }
}

/// Bytes as they are, for the document only.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it stands for a body that is never held as one value")]
pub(crate) struct Bytes(Vec<u8>);

/// What the document says besides its routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "damage-report",
        description = "How the widget of a damage report talks with a shop's own backend, and the shop with that backend. \
                       Every refusal is a problem document (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "claimant", description = "With a bearer token for one order line"),
        (name = "seller", description = "With a seller's key as the bearer"),
        (name = "operation", description = "For whoever runs it"),
    ),
    modifiers(&Security),
)]
pub(crate) struct Contract;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Components::new);
        let bearer = |format: Option<&str>, description: &str| {
            let mut scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description));
            if let Some(format) = format {
                scheme = scheme.bearer_format(format);
            }
            SecurityScheme::Http(scheme.build())
        };
        components.add_security_scheme(
            "claimant",
            bearer(Some("JWT"), "HS256, at most 15 minutes; iss, aud, sub (the order line), iat, nbf and exp"),
        );
        components.add_security_scheme("seller", bearer(None, "One of the configured seller keys"));
    }
}

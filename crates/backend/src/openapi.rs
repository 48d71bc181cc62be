//! The OpenAPI document's own parts: title, tags, security, and how it is printed. The routes are added by
//! [`router`](crate::router).

use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        Components,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The printed document, for the route that shows it.
#[derive(Clone, Copy)]
pub(crate) struct Document(pub(crate) &'static str);

/// Prints `contract` with a newline at its end.
pub(crate) fn print(contract: &utoipa::openapi::OpenApi) -> String {
    let mut contract = serde_json::to_value(contract).unwrap_or_default();
    remove_rust_docs(&mut contract);
    let mut document = serde_json::to_string_pretty(&contract).unwrap_or_default();
    document.push('\n');
    document
}

/// Removes from each description what is for Rust programmers only: examples, and links to other items.
fn remove_rust_docs(value: &mut Value) {
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
                    _ => remove_rust_docs(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_rust_docs),
        _ => {}
    }
}

/// Raw bytes, for the document only.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it stands for a body that is never held as one value")]
pub(crate) struct Bytes(Vec<u8>);

/// The parts of the document that no route gives.
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
        (name = "operation", description = "For the operator"),
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

//! The OpenAPI document's own parts: title, tags, security, and how it is printed. The routes are added by
//! [`router`](crate::router).

use damage_report_rules::contract::ClaimEventType;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        Components, Content, HttpMethod, Paths, Ref, Required, Response,
        path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{ObjectBuilder, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The printed document, for the route that shows it.
#[derive(Clone, Copy)]
pub(crate) struct OpenApiDocument(pub(crate) &'static str);

/// Prints `contract` with a newline at its end.
pub(crate) fn to_pretty_json(contract: &utoipa::openapi::OpenApi) -> String {
    let mut contract = serde_json::to_value(contract).unwrap_or_default();
    remove_rust_docs(&mut contract);
    // A crate that asks serde_json to keep the order of insertion would change the order of everybody's keys.
    contract.sort_all_objects();
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
        (name = "webhook", description = "What the backend sends to the shop's endpoints, as Standard Webhooks says"),
    ),
    modifiers(&Security, &Webhooks),
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

/// One webhook for each type of event. All have the same body, whose `type` is the name of the webhook.
struct Webhooks;

impl Modify for Webhooks {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let webhooks = ClaimEventType::ALL.iter().fold(Paths::new(), |mut paths, kind| {
            paths.add_path_operation(kind.name(), vec![HttpMethod::Post], webhook(*kind));
            paths
        });
        openapi.webhooks = Some(webhooks);
    }
}

fn webhook(kind: ClaimEventType) -> Operation {
    let header = |name: &str, description: &str| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let header = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(Required::True);
        header.description(Some(description)).schema(Some(text)).build()
    };
    let json = Content::new(Some(Ref::from_schema_name("ClaimEvent")));
    let body = RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", json).build();
    let answer = |description: &str| Response::new(description);
    OperationBuilder::new()
        .tag("webhook")
        .operation_id(Some(format!("on_{}", kind.name().replace('.', "_"))))
        .summary(Some(kind.description()))
        .parameter(header("webhook-id", "The `id` of the event, the same at each attempt"))
        .parameter(header("webhook-timestamp", "When this attempt was made, in seconds since 1970"))
        .parameter(header(
            "webhook-signature",
            "`v1,` and the HMAC-SHA256 of id, timestamp and body with dots between, in base64; two with a space between while a secret is changed",
        ))
        .request_body(Some(body))
        .response("2XX", answer("Delivered"))
        .response("410", answer("The endpoint is switched off"))
        .response("default", answer("Not delivered: sent again later"))
        .build()
}

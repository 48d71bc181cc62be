//! The routes of the contract, one handler a file.
//!
//! A handler reads its request and words its answer. What is decided, is decided elsewhere.

mod health;
mod openapi;
mod order_lines;
mod ready;
mod seller;

use std::sync::Arc;

use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, openapi::Contract};

/// Every route, and the document that describes them.
pub(crate) fn all() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Contract::openapi())
        .routes(routes!(order_lines::show::show))
        .routes(routes!(order_lines::begin_draft::begin_draft))
        .routes(routes!(
            order_lines::keep_photo::keep_photo,
            order_lines::discard_photo::discard_photo,
            order_lines::find_photo::find_photo,
            order_lines::show_photo::show_photo
        ))
        .routes(routes!(order_lines::submit_claim::submit_claim))
        .routes(routes!(order_lines::show_claim::show_claim))
        .routes(routes!(order_lines::show_return_label::show_return_label))
        .routes(routes!(seller::keep_order_line::keep_order_line, seller::erase_order_line::erase_order_line))
        .routes(routes!(seller::find_claim::find_claim))
        .routes(routes!(seller::show_claim::show_claim))
        .routes(routes!(seller::show_photo::show_photo))
        .routes(routes!(seller::record_event::record_event))
        .routes(routes!(health::health))
        .routes(routes!(ready::ready))
        .routes(routes!(openapi::openapi))
}

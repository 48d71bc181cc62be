//! The desk: pages for the people who settle claims, rendered here and usable without script.
//!
//! The desk decides nothing by itself. A claim is read as the seller's systems read it, and changed by [`claim_events`] alone; the name
//! of the person goes into the log of events. Without `[desk]` in the configuration these routes do not exist.
//!
//! [`claim_events`]: crate::claim_events

mod action_forms;
mod actions;
mod amount;
mod assets;
mod choose_language;
mod claim_page;
mod cookies;
mod decide;
mod downloads;
mod erase;
mod error;
mod error_pages;
mod evidence_view;
mod facts;
mod form;
mod history;
mod hold;
mod image;
mod language;
mod list_page;
mod log_page;
mod page;
mod photo_page;
mod same_origin;
mod session;
mod sign_in;
mod tracks;
mod upload;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware::from_fn_with_state,
    routing::{get, post},
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;

/// Nothing inline, nothing from other hosts, and no page around this one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers of every answer. A photo has a stricter policy of its own, and a file or thumbnail may be cached.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The routes of the desk; none where the shop does not want one.
pub(crate) fn routes(app: &Arc<App>) -> Router {
    if app.config.desk.is_none() {
        return Router::new();
    }
    let pages = Router::new()
        .route("/desk", get(list_page::show_list_page))
        .route("/desk/sign-in", get(sign_in::show_sign_in).post(sign_in::sign_in))
        .route("/desk/sign-out", post(sign_in::sign_out))
        .route("/desk/language", post(choose_language::choose_language))
        .route("/desk/log", get(log_page::show_log_page))
        .route("/desk/claims/{reference}", get(claim_page::show_claim_page))
        .route("/desk/claims/{reference}/download", get(downloads::download_export))
        .route("/desk/claims/{reference}/return-label", get(downloads::show_return_label))
        .route("/desk/claims/{reference}/photos/{number}", get(photo_page::show_photo_page))
        .route("/desk/claims/{reference}/images/{sha256}/{size}", get(image::show_image))
        .route("/desk/claims/{reference}/actions/{action}", post(decide::perform_action))
        .route("/desk/claims/{reference}/keeping/{change}", post(hold::change_hold))
        .route("/desk/claims/{reference}/erase", get(erase::show_erase_page).post(erase::erase))
        .route("/desk/files/{name}", get(assets::show_asset))
        .method_not_allowed_fallback(error_pages::unknown_method)
        .layer(from_fn_with_state(Arc::clone(app), error_pages::render_errors))
        .with_state(Arc::clone(app));
    HEADERS.into_iter().fold(pages, |pages, (name, value)| {
        pages.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}

//! The journeys. One program, so that they share what it takes to build them, and two run at once on two processors.
//!
//! `whole` is the way from the damage to its end; `refused` what does not get through, and how that is said; `tampered`
//! what does not get through past the widget; `kept` what must not be lost or sent twice; `embedded` the widget and the
//! page around it; `keyboard` the whole way without a mouse.

mod embedded;
mod kept;
mod keyboard;
mod refused;
mod tampered;
mod whole;

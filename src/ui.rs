//! The components that pages are built of. They know neither the draft nor the rules: they take words and signals, and call back.

pub mod choice;
pub mod dom;
pub mod download;
pub mod drawing;
pub mod error_summary;
pub mod field;
pub mod file_input;
pub mod focus;
pub mod icon;
pub mod picture;
pub mod print;
pub mod progress_bar;

//! The parts that pages are made of. They know neither the draft nor the rules: words and signals in, events out.

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

//! The pages of the wizard, one file each, and the parts that they share.

pub mod absence;
pub mod check;
pub mod closed;
pub mod damage;
pub mod device;
pub mod frame;
pub mod label;
pub mod packaging;
mod photos;
pub mod start;

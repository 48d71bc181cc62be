//! The rules of a damage report, decided alike in the browser and on the server.
//!
//! A customer whose device arrived damaged has three working days to say so, with photos of the packaging, the
//! shipping label and the device. This crate decides what that means. It has no clock (the caller gives the time), no time zones (the
//! caller gives the local date), no I/O, and it does not panic.
//!
//! Read it in this order:
//!
//! 1. [`calendar`]: which days are working days;
//! 2. [`window`]: how long there is left to report;
//! 3. [`policy`]: a shop's choices, and their limits;
//! 4. [`damage`], [`evidence`], [`photo`] and [`advice`]: the kinds of damage, the photos that show it, the files that count as photos,
//!    and the advice about bad ones;
//! 5. [`tracking`]: the formats of tracking numbers;
//! 6. [`claim`]: a draft, checked into a claim or into a list of violations;
//! 7. [`lifecycle`]: the states of a claim afterwards;
//! 8. [`redaction`]: the personal part of a claim, which does not stay for ever;
//! 9. [`seller`] and [`codes`]: the data of a shop's own systems, and how nearly right data is read;
//! 10. [`contract`]: the shapes in which all of this travels between widget and backend.
//!
//! # Example
//!
//! A parcel handed over on a Friday can be reported until the end of the Wednesday after:
//!
//! ```
//! use chrono::NaiveDate;
//! use damage_report_rules::{calendar::Holidays, window::{ReportingWindow, Standing}};
//!
//! let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
//! let holidays = Holidays::new(vec![2026], vec![])?;
//! let window = ReportingWindow::new(day(20), 3, &holidays);
//! assert_eq!(window.last_day(), day(25));
//! assert_eq!(window.standing(day(25)), Standing::ClosesToday);
//! assert_eq!(window.standing(day(26)), Standing::Closed);
//! # Ok::<(), damage_report_rules::calendar::HolidaysError>(())
//! ```

pub mod advice;
pub mod calendar;
pub mod claim;
pub mod codes;
pub mod contract;
pub mod damage;
pub mod date;
pub mod evidence;
pub mod lifecycle;
pub mod photo;
pub mod policy;
pub mod redaction;
pub mod seller;
pub mod tracking;
pub mod window;

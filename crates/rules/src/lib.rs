//! The rules of a damage report, decided alike in the browser and on the server.
//!
//! A customer whose device arrived damaged has three working days to say so, with photos of the packaging, the
//! shipping label and the device. This crate knows what that means and nothing else: it has no clock (a caller says
//! what time it is), no time zones (a caller says what day that is *there*), no I/O, and it does not panic.
//!
//! Read it in this order:
//!
//! 1. [`calendar`]: which days are working days;
//! 2. [`window`]: how long there is left to report;
//! 3. [`policy`]: what a shop may choose, and what it may not;
//! 4. [`damage`], [`evidence`], [`photo`] and [`advice`]: what is broken, the photos that show it, what passes as one, and
//!    what was said of those that show it badly;
//! 5. [`tracking`]: what a tracking number looks like;
//! 6. [`claim`]: a draft, checked into a claim or into all that is wrong with it;
//! 7. [`lifecycle`]: what happens to a claim afterwards;
//! 8. [`seller`] and [`codes`]: what a shop's own systems may say, and what their nearly right data can only mean;
//! 9. [`contract`]: the shapes in which all of this travels between widget and backend.
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
pub mod seller;
pub mod tracking;
pub mod window;

//! The journeys. One program, so that they share what it takes to build them, and two run at once on two processors.
//!
//! `whole` is the way from the damage to its end; `refused` what does not get through, and how that is said; `tampered`
//! what does not get through past the widget; `hostile` files that are no photos, `drag_and_drop` what comes from outside; `kept` what must not be lost or sent
//! twice; `history` the browser's Back, and how a report is found again; `embedded` the widget and the page around it, `packaged` pages of other makes, `odd_hosts` pages that are strange, `lacking` browsers that lack something,
//! `contract` what a page may do with the element, `host` what it does to it all the same, `shown` where it is seen there, `double_press` presses that come twice; `keyboard` the whole way without a mouse; `accessible` what a machine
//! can tell of WCAG, `perceived` targets, forced colours and motion; `screenshots` what every page looks like, `speech` what a
//! screen reader gets of it, `announced` what that is told meanwhile, `focus` where it is led; `main_thread` what the page feels
//! like meanwhile.
//!
//! Through the fault server: `network` is what lines do, `answers` what backends say, `unreachable` what pages forbid. Storage in the
//! browser is in `saved`, in two tabs and on two devices in `tabs`, and after a SIGKILL in `killed`.
//!
//! In `pictures` files of every coding go through the widget's processor, and through a browser that resists fingerprinting.
//!
//! All of them are made in Chromium; `cross_browser` makes some of them in other engines again.
//!
//! Tests that begin with the number of a row are that row of the list of faults; `docs/faults.md` lists them all.

mod accessible;
mod announced;
mod answers;
mod contract;
mod cross_browser;
mod double_press;
mod drag_and_drop;
mod embedded;
mod focus;
mod history;
mod host;
mod hostile;
mod kept;
mod keyboard;
mod killed;
mod lacking;
mod main_thread;
mod network;
mod odd_hosts;
mod packaged;
mod perceived;
mod pictures;
mod refused;
mod saved;
mod screenshots;
mod shown;
mod speech;
mod tabs;
mod tampered;
mod unreachable;
mod whole;

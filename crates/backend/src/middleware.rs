//! The layers around every route. Each looks at a request before its handler does, or at the answer after it.

pub(crate) mod admission;
pub(crate) mod host;
pub(crate) mod request_log;
pub(crate) mod unread_body;

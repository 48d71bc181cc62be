//! Just enough of HTTP/1.1 to know which request is which: its head, and what it asks for by the contract.

use anyhow::{Result, bail, ensure};

/// How long a head may be. Tokens are the longest thing in it.
const HEAD_MAX: usize = 32 * 1024;

/// How many headers it may have.
const HEADERS_MAX: usize = 64;

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// The page.
    Page,
    /// A file of the page.
    Site,
    /// A token for an order line, of the shop.
    Token,
    /// Anything else of the shop.
    Shop,
    /// Whether another origin may ask.
    Preflight,
    /// The order line itself.
    ReadLine,
    /// To keep a photo.
    KeepPhoto,
    /// Whether a photo is there.
    FindPhoto,
    /// To forget a photo.
    ForgetPhoto,
    /// To take the claim.
    Submit,
    /// How the claim stands.
    ReadClaim,
    /// Anything else below an order line.
    Other,
}

/// The head of a request.
#[derive(Clone, Debug)]
pub(super) struct RequestHead {
    pub(super) asked: RequestKind,
    pub(super) method: String,
    pub(super) path: String,
    /// The digest of the photo that it is about.
    pub(super) photo: Option<String>,
    /// How long the body is.
    pub(super) length: usize,
    headers: Vec<(String, Vec<u8>)>,
}

impl RequestHead {
    /// Reads the head that `bytes` begin with, and says how long it is; nothing, while it is not all there.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut request = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(head_length) = request.parse(bytes)? else {
            ensure!(bytes.len() < HEAD_MAX, "the head is longer than {HEAD_MAX} bytes");
            return Ok(None);
        };
        let (Some(method), Some(path)) = (request.method, request.path) else { bail!("it is no request") };
        let headers = request.headers.iter().map(|header| (header.name.to_owned(), header.value.to_vec()));
        let mut head = Self {
            asked: asked(method, path),
            method: method.to_owned(),
            path: path.to_owned(),
            photo: digest(path),
            length: 0,
            headers: headers.collect(),
        };
        // Browsers send bodies whose length they know; nothing else is needed here.
        ensure!(head.header("Transfer-Encoding").is_none(), "the length of the body is not said");
        if let Some(length) = head.header("Content-Length") {
            head.length = length.parse()?;
        }
        Ok(Some((head, head_length)))
    }

    /// The value of the header `name`.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        str::from_utf8(value).ok()
    }

    /// As it goes on to the backend: the same, but that the connection ends with the answer.
    pub(super) fn bytes_for_backend(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            if !name.eq_ignore_ascii_case("Connection") {
                head.extend_from_slice(name.as_bytes());
                head.extend_from_slice(b": ");
                head.extend_from_slice(value);
                head.extend_from_slice(b"\r\n");
            }
        }
        head.extend_from_slice(b"Connection: close\r\n\r\n");
        head
    }
}

/// The kind of a request, by the contract (`docs/openapi.json`) and by the demo around it.
fn asked(method: &str, path: &str) -> RequestKind {
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (method, parts.as_slice()) {
        ("OPTIONS", _) => RequestKind::Preflight,
        ("GET", ["order-lines", _]) => RequestKind::ReadLine,
        ("PUT", ["order-lines", _, "photos", _]) => RequestKind::KeepPhoto,
        ("HEAD", ["order-lines", _, "photos", _]) => RequestKind::FindPhoto,
        ("DELETE", ["order-lines", _, "photos", _]) => RequestKind::ForgetPhoto,
        ("POST", ["order-lines", _, "claims"]) => RequestKind::Submit,
        ("GET", ["order-lines", _, "claim"]) => RequestKind::ReadClaim,
        (_, ["order-lines", ..]) => RequestKind::Other,
        (_, ["demo", "token"] | ["my-orders", _, "damage-token"]) => RequestKind::Token,
        (_, ["demo", "orders" | "clock"] | ["seller", ..]) => RequestKind::Shop,
        (_, [""]) => RequestKind::Page,
        _ => RequestKind::Site,
    }
}

fn digest(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("/photos/")?;
    Some(rest.split('?').next().unwrap_or(rest).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_known_by_method_and_path() {
        let cases = [
            ("GET /?lang=nl", RequestKind::Page),
            ("GET /widget/widget.wasm", RequestKind::Site),
            ("GET /demo/demo.js", RequestKind::Site),
            ("POST /demo/token", RequestKind::Token),
            ("POST /my-orders/1-1/damage-token", RequestKind::Token),
            ("GET /demo/orders", RequestKind::Shop),
            ("GET /order-lines/1-1", RequestKind::ReadLine),
            ("PUT /order-lines/1-1/photos/ab?subject=label", RequestKind::KeepPhoto),
            ("HEAD /order-lines/1-1/photos/ab", RequestKind::FindPhoto),
            ("DELETE /order-lines/1-1/photos/ab", RequestKind::ForgetPhoto),
            ("POST /order-lines/1-1/claims", RequestKind::Submit),
            ("GET /order-lines/1-1/claim", RequestKind::ReadClaim),
            ("GET /order-lines/1-1/return-label", RequestKind::Other),
            ("OPTIONS /order-lines/1-1/claims", RequestKind::Preflight),
        ];
        for (line, expected) in cases {
            let (method, path) = line.split_once(' ').unwrap();
            assert_eq!(asked(method, path), expected, "{line}");
        }
    }

    #[test]
    fn a_head_is_read_once_it_is_all_there_and_goes_on_as_it_came() {
        let sent = b"PUT /order-lines/1/photos/ab?subject=device HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\
                     Content-Length: 3\r\n\r\nabc";
        assert!(RequestHead::parse(&sent[..60]).unwrap().is_none());
        let (head, length) = RequestHead::parse(sent).unwrap().unwrap();
        assert_eq!((length, head.length, head.photo.as_deref()), (sent.len() - 3, 3, Some("ab")));
        let passed_on = String::from_utf8(head.bytes_for_backend()).unwrap();
        assert_eq!(
            passed_on,
            "PUT /order-lines/1/photos/ab?subject=device HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\
             Connection: close\r\n\r\n"
        );
    }

    #[test]
    fn a_body_whose_length_is_not_said_is_not_understood() {
        assert!(RequestHead::parse(b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}

//! Faults as data: which requests they strike, and what they do to them. Doing it is for `exchange`.

use std::time::Duration;

use serde_json::{Value, json};

use super::request::RequestKind;

/// One fault, and the requests that it strikes.
#[derive(Clone, Debug)]
pub struct FaultRule {
    asked: RequestKind,
    photo: Option<usize>,
    file: Option<String>,
    when: Occurrence,
    fault: Fault,
    met: usize,
    chance: fastrand::Rng,
}

/// Which of the requests of one kind are struck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occurrence {
    /// As many of the first ones.
    First(usize),
    /// Only this one; the first is 1.
    Nth(usize),
    /// Every one.
    Always,
    /// Each with this probability, by a generator that starts at `seed`.
    Chance {
        /// Between 0 and 1.
        probability: f64,
        /// Where the generator starts.
        seed: u64,
    },
}

/// The fate of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The line makes trouble at one point.
    Connection(ExchangePoint, ConnectionFault),
    /// The request is read to its end and answered with this. The backend never hears of it.
    Instead(FakeAnswer),
    /// The same, but the answer comes only after [`release_silent_requests`](super::FaultServer::release_silent_requests).
    Held(FakeAnswer),
    /// The backend does what it is asked, but its answer is exchanged for this one.
    Afterwards(FakeAnswer),
    /// The backend does what it is asked, but only the first half of the body of its answer comes, as if that were all.
    HalfTheAnswer,
}

/// A point on the way of a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangePoint {
    /// When this much of the request's body has come.
    Request(BodyShare),
    /// When the backend has done what it was asked, and nothing of its answer has been passed on.
    Done,
    /// When this much of the answer's body, and all of its head, has been passed on.
    Answer(BodyShare),
}

/// A part of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyShare {
    /// Its first bytes, as many.
    Bytes(usize),
    /// Its first half.
    Half,
    /// All of it but the last bytes, as many.
    AllBut(usize),
}

/// The trouble that a connection makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionFault {
    /// It breaks: RST.
    Reset,
    /// It ends as if all had been said: FIN.
    End,
    /// Nothing is read and nothing is said, until [`release_silent_requests`](super::FaultServer::release_silent_requests); for ever, if that is never
    /// called.
    Silence,
    /// Nothing is read and nothing is said for so long.
    Pause(Duration),
}

/// An answer that is not the backend's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeAnswer {
    /// Its status.
    pub status: u16,
    /// Its headers; its length is said by itself.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl FaultRule {
    /// Requests for `asked` are struck by `fault`, as often as `when` says.
    #[must_use]
    pub fn new(asked: RequestKind, when: Occurrence, fault: Fault) -> Self {
        let seed = if let Occurrence::Chance { seed, .. } = when { seed } else { 0 };
        Self { asked, photo: None, file: None, when, fault, met: 0, chance: fastrand::Rng::with_seed(seed) }
    }

    /// Only the `number`-th photo that was ever sent is meant, by its digest; the first is 1.
    #[must_use]
    pub fn for_photo(self, number: usize) -> Self {
        Self { photo: Some(number), ..self }
    }

    /// Only the file of this name is meant.
    #[must_use]
    pub fn for_file(self, name: &str) -> Self {
        Self { file: Some(format!("/{name}")), ..self }
    }

    /// Counts a request, and gives what is to become of it if it is struck.
    pub(super) fn fault_for_request(&mut self, asked: RequestKind, path: &str, photo: Option<usize>) -> Option<Fault> {
        let is_other_photo = self.photo.is_some_and(|number| photo != Some(number));
        let path = path.split('?').next().unwrap_or(path);
        let is_other_file = self.file.as_deref().is_some_and(|file| !path.ends_with(file));
        if asked != self.asked || is_other_photo || is_other_file {
            return None;
        }
        self.met += 1;
        let is_struck = match self.when {
            Occurrence::First(count) => self.met <= count,
            Occurrence::Nth(number) => self.met == number,
            Occurrence::Always => true,
            Occurrence::Chance { probability, .. } => self.chance.f64() < probability,
        };
        is_struck.then(|| self.fault.clone())
    }
}

impl BodyShare {
    /// How many bytes that is of `whole`.
    #[must_use]
    pub fn bytes_of(self, whole: usize) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.min(whole),
            Self::Half => whole / 2,
            Self::AllBut(bytes) => whole.saturating_sub(bytes),
        }
    }
}

impl FakeAnswer {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer of this JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    /// A refusal as the contract has it: with a stable code, and whether to try again.
    #[must_use]
    pub fn refusal(status: u16, code: &str, retry: &str) -> Self {
        let problem = json!({ "type": "about:blank", "title": code, "status": status, "code": code, "retry": retry });
        Self::text(status, "application/problem+json", problem.to_string())
    }

    /// The page of a proxy that gets no answer.
    #[must_use]
    pub fn from_proxy(status: u16) -> Self {
        Self::text(status, "text/html", format!("<html><h1>{status}</h1><hr>nginx</html>"))
    }

    /// The answer of a hotel's network to everything until somebody agrees to its terms.
    #[must_use]
    pub fn from_captive_portal() -> Self {
        Self::text(200, "text/html", "<!doctype html><title>Free Wi-Fi</title><button>I agree</button>".to_owned())
    }

    /// Leads elsewhere.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).with_header("Location", location)
    }

    /// This file, as `kind`.
    #[must_use]
    pub fn file(kind: &str, body: Vec<u8>) -> Self {
        Self { status: 200, headers: vec![("Content-Type".to_owned(), kind.to_owned())], body }
    }

    /// The same, with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn text(status: u16, kind: &str, body: String) -> Self {
        Self { status, ..Self::file(kind, body.into_bytes()) }
    }

    /// As it goes over the line.
    pub(super) fn head_and_body(&self) -> (Vec<u8>, &[u8]) {
        let mut head = format!("HTTP/1.1 {} Fault\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // RFC 9110, 8.6: none with 204.
        if self.status != 204 {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        (head.into_bytes(), &self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(mut rule: FaultRule, requests: usize) -> Vec<usize> {
        (1..=requests).filter(|_| rule.fault_for_request(RequestKind::Submit, "/", None).is_some()).collect()
    }

    fn rule(when: Occurrence) -> FaultRule {
        FaultRule::new(RequestKind::Submit, when, Fault::HalfTheAnswer)
    }

    #[test]
    fn a_rule_strikes_the_occurrences_that_it_names() {
        assert_eq!(struck(rule(Occurrence::First(2)), 4), [1, 2]);
        assert_eq!(struck(rule(Occurrence::Nth(3)), 4), [3]);
        assert_eq!(struck(rule(Occurrence::Always), 3), [1, 2, 3]);
    }

    #[test]
    fn chance_strikes_the_same_requests_each_time_and_about_as_many_as_it_should() {
        let rule = rule(Occurrence::Chance { probability: 0.2, seed: 7 });
        let first = struck(rule.clone(), 1000);
        assert_eq!(first, struck(rule, 1000));
        assert!((150..250).contains(&first.len()), "{}", first.len());
    }

    #[test]
    fn only_the_file_that_is_named_is_struck() {
        let mut rule =
            FaultRule::new(RequestKind::Site, Occurrence::Always, Fault::HalfTheAnswer).for_file("widget.js");
        let struck = ["/widget.js", "/sub/widget.js?v=1", "/widget.js.map", "/other-widget.js"];
        let struck = struck.map(|path| rule.fault_for_request(RequestKind::Site, path, None).is_some());
        assert_eq!(struck, [true, true, false, false]);
    }

    #[test]
    fn other_requests_and_other_photos_do_not_count() {
        let mut rule = FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), Fault::HalfTheAnswer).for_photo(2);
        assert_eq!(rule.fault_for_request(RequestKind::Submit, "/", None), None);
        assert_eq!(rule.fault_for_request(RequestKind::KeepPhoto, "/", Some(1)), None);
        assert_eq!(rule.fault_for_request(RequestKind::KeepPhoto, "/", Some(2)), Some(Fault::HalfTheAnswer));
        assert_eq!(rule.fault_for_request(RequestKind::KeepPhoto, "/", Some(2)), None);
    }
}

//! Customers who report one order line after the other, and the seller who answers: in earnest, in haste, and twice.

use std::{sync::Arc, time::Instant};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::{
    configuration::SELLER_KEY,
    ledger::{Accepted, Ledger, Sent, Told},
    order_line::{Answer, JSON, Leaves, Line, token},
    pictures::{Picture, Pictures},
};

/// A return label, as small as one can be.
pub(crate) const LABEL: &str = "JVBERi0xLjQKJSVFT0YK";

/// One customer at a time, with an order line that nobody else asks about.
pub(crate) struct Customer {
    number: u64,
    rng: Rng,
    pictures: Arc<Pictures>,
    line: Line,
    ledger: Ledger,
}

impl Customer {
    pub(crate) fn new(number: u64, rng: Rng, pictures: Arc<Pictures>, line: Line) -> Self {
        Self { number, rng, pictures, line, ledger: Ledger::default() }
    }

    /// Reports until then; gives what was acknowledged.
    pub(crate) async fn report_until(mut self, until: Instant) -> Vec<Ledger> {
        let mut ledgers = Vec::new();
        while Instant::now() < until {
            self.ledger = Ledger { id: format!("line-{}-{}", self.number, ledgers.len()), ..Ledger::default() };
            self.report().await;
            ledgers.push(self.ledger.clone());
        }
        ledgers
    }

    async fn report(&mut self) {
        self.line.put_in(&self.ledger.id).await;
        self.begin().await;
        let five = self.pictures.for_a_claim(&mut self.rng);
        for picture in &five {
            self.send(picture, true).await;
        }
        for _ in 0..self.rng.u8(0..3) {
            let picture = self.pictures.any(&mut self.rng);
            self.send(&picture, false).await;
            if self.chance(80) {
                self.take_away(&picture.name).await;
            }
        }
        self.look().await;
        if self.chance(220) {
            self.claim(&five).await;
        }
        if let Some(reference) = self.ledger.accepted().map(|(_, accepted)| accepted.reference.clone()) {
            self.follow_up(&reference).await;
        }
        if self.chance(40) {
            self.erase().await;
        }
        self.look().await;
    }

    async fn begin(&mut self) {
        for _ in 0..2 {
            let answer = self.ask("PUT", "/draft", &[], &[]).await.expect(&[200], "a draft", &self.line.faults);
            let begun_at = answer.json()["begun_at"].clone();
            let first = self.ledger.begun_at.get_or_insert_with(|| begun_at.clone()).clone();
            self.line
                .faults
                .check(first == begun_at, || format!("{}: begun at {first} and {begun_at}", self.ledger.id));
        }
    }

    /// Sends a photo, now and then without waiting for the answer. One that is wanted is sent until it is kept.
    async fn send(&mut self, picture: &Picture, is_wanted: bool) {
        let path = format!("/photos/{}?subject=device", picture.name);
        if let Some(leaves) = self.leaves() {
            if picture.is_photo {
                self.ledger.photos.entry(picture.name.clone()).or_insert(Told::Perhaps);
            }
            let (path, token) = (self.path(&path), token(&self.ledger.id));
            self.line.leave(leaves, "PUT", &path, &token, &[], &picture.bytes).await;
            if !is_wanted && self.chance(100) {
                return;
            }
        }
        let is_kept = self.ledger.photos.get(&picture.name) == Some(&Told::Kept);
        let answer = self.ask("PUT", &path, &[], &picture.bytes).await;
        let expected: &[u16] = match (picture.is_photo, is_kept) {
            (true, true) => &[200],
            (true, false) => &[200, 201],
            (false, _) => &[413, 415, 422],
        };
        answer.expect(expected, "a photo", &self.line.faults);
        if picture.is_photo {
            self.ledger.photos.insert(picture.name.clone(), Told::Kept);
        }
        if picture.is_photo && self.chance(60) {
            self.ask("PUT", &path, &[], &picture.bytes).await.expect(&[200], "a photo again", &self.line.faults);
        }
    }

    async fn take_away(&mut self, name: &str) {
        let path = format!("/photos/{name}");
        self.ask("DELETE", &path, &[], &[]).await.expect(&[204], "a photo is taken away", &self.line.faults);
        // Somebody who left before may still be at it.
        if self.ledger.photos.get(name) == Some(&Told::Kept) {
            self.ledger.photos.insert(name.to_owned(), Told::Perhaps);
        }
    }

    async fn look(&mut self) {
        let answer = self.ask("GET", "", &[], &[]).await;
        if self.ledger.is_erased {
            answer.expect(&[404], "an erased order line", &self.line.faults);
            return;
        }
        let shown = answer.expect(&[200], "an order line", &self.line.faults).json();
        check_shown(&self.ledger, &shown, &self.line);
    }

    async fn claim(&mut self, five: &[Picture]) {
        let names: Vec<&str> = five.iter().map(|picture| picture.name.as_str()).collect();
        let body = json!({
            "damage": ["screen_broken"], "description": format!("Scherm gebarsten ({}).", self.ledger.id),
            "photos": {"packaging": [names[0]], "label": [names[1]], "device": names[2..]},
        });
        let (body, key) = (body.to_string(), format!("key-{}", self.rng.u32(..)));
        let photos = names.into_iter().map(str::to_owned).collect();
        self.ledger.claim = Some(Sent { key: key.clone(), body: body.clone(), photos, accepted: None });
        let headers = [JSON, ("idempotency-key", key.as_str())];
        if let Some(leaves) = self.leaves() {
            let (path, token) = (self.path("/claims"), token(&self.ledger.id));
            self.line.leave(leaves, "POST", &path, &token, &headers, body.as_bytes()).await;
            if self.chance(60) {
                return;
            }
        }
        let answer = self.ask("POST", "/claims", &headers, body.as_bytes()).await;
        let answer = answer.expect(&[201], "a claim", &self.line.faults);
        if answer.status != 201 {
            return;
        }
        let told = answer.json();
        let reference = told["reference"].as_str().unwrap_or_default().to_owned();
        let accepted =
            Accepted { reference: reference.clone(), answer: answer.body, progress: told["progress"].clone() };
        self.ledger.claim.as_mut().unwrap().accepted = Some(accepted);
        while self.chance(100) {
            ask_again(&self.ledger, &self.line).await;
        }
        if self.chance(60) {
            let headers = [JSON, ("idempotency-key", "another")];
            let second = self.ask("POST", "/claims", &headers, body.as_bytes()).await;
            let second = second.expect(&[409], "a second claim", &self.line.faults);
            self.line
                .faults
                .check(second.json()["reference"] == reference, || "a second claim finds another".to_owned());
        }
    }

    /// The seller works on the claim, and says some of it twice.
    async fn follow_up(&mut self, reference: &str) {
        let events = [
            json!({"type": "investigation_opened"}),
            json!({"type": "return_label_issued", "pdf": LABEL}),
            json!({"type": "return_received"}),
            json!({"type": "refunded", "amount": {"cents": 39900, "currency": "EUR"}}),
        ];
        let path = format!("/seller/claims/{reference}/events");
        for event in &events[..self.rng.usize(0..=events.len())] {
            let body = event.to_string();
            if let Some(leaves) = self.leaves() {
                self.line.leave(leaves, "POST", &path, SELLER_KEY, &[JSON], body.as_bytes()).await;
            }
            for _ in 0..self.rng.u8(1..3) {
                let told = self.record(reference, body.as_bytes()).await;
                let accepted = self.ledger.claim.as_mut().and_then(|claim| claim.accepted.as_mut()).unwrap();
                accepted.progress = told["progress"].clone();
            }
            if event["pdf"].is_string() {
                self.ledger.has_label = true;
            }
        }
    }

    /// Records the event in `body` on the version that the claim is at, and again where a request that was left changed the claim
    /// meanwhile. Returns the answer.
    async fn record(&mut self, reference: &str, body: &[u8]) -> Value {
        let claim = format!("/seller/claims/{reference}");
        loop {
            let read = self.line.until_known("GET", &claim, Some(SELLER_KEY), &[], &[]).await;
            let read = read.expect(&[200], "a claim", &self.line.faults).json();
            let version = format!("\"{}\"", read["version"]);
            let headers = [JSON, ("if-match", version.as_str())];
            let answer =
                self.line.until_known("POST", &format!("{claim}/events"), Some(SELLER_KEY), &headers, body).await;
            let answer = answer.expect(&[200, 412], "an event", &self.line.faults);
            if answer.status != 412 {
                return answer.json();
            }
        }
    }

    async fn erase(&mut self) {
        let path = format!("/seller/order-lines/{}", self.ledger.id);
        if let Some(leaves) = self.leaves() {
            self.line.leave(leaves, "DELETE", &path, SELLER_KEY, &[], &[]).await;
        }
        for _ in 0..self.rng.u8(1..3) {
            let answer = self.line.until_known("DELETE", &path, Some(SELLER_KEY), &[], &[]).await;
            answer.expect(&[204], "an erasure", &self.line.faults);
        }
        self.ledger.is_erased = true;
    }

    async fn ask(&self, method: &str, rest: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let token = token(&self.ledger.id);
        self.line.until_known(method, &self.path(rest), Some(&token), headers, body).await
    }

    fn path(&self, rest: &str) -> String {
        format!("/order-lines/{}{rest}", self.ledger.id)
    }

    fn leaves(&mut self) -> Option<Leaves> {
        match self.rng.u8(..) {
            0..40 => Some(Leaves::WithinTheBody),
            40..80 => Some(Leaves::BeforeTheAnswer),
            _ => None,
        }
    }

    fn chance(&mut self, of_256: u8) -> bool {
        self.rng.u8(..) < of_256
    }
}

/// Notes what is wrong with an order line as it is `shown` to its customer.
pub(crate) fn check_shown(ledger: &Ledger, shown: &Value, line: &Line) {
    let faults = &line.faults;
    faults.check(ledger.begun_at.as_ref() == Some(&shown["draft_begun_at"]), || format!("{}: begun later", ledger.id));
    match (&ledger.claim, &shown["claim"]) {
        (_, Value::Null) if ledger.accepted().is_none() => {
            let photos = shown["photos"].as_array().unwrap();
            let names = photos.iter().map(|photo| photo["sha256"].as_str().unwrap());
            if let Some(wrong) = ledger.wrong_photos(names) {
                faults.add(format!("an order line is shown with other photos: {wrong}"));
            }
        }
        (_, Value::Null) => faults.add(format!("{}: an acknowledged claim is gone", ledger.id)),
        (None, claim) => faults.add(format!("{}: a claim that nobody sent: {claim}", ledger.id)),
        (Some(_), claim) => {
            let Some((_, accepted)) = ledger.accepted() else { return };
            let is_same = claim["reference"] == accepted.reference && claim["progress"] == accepted.progress;
            faults.check(is_same, || format!("{}: the claim stands otherwise: {claim}", ledger.id));
        }
    }
}

/// Sends the accepted claim of `ledger` once more: the answer is the first one, to the byte.
pub(crate) async fn ask_again(ledger: &Ledger, line: &Line) {
    let Some((sent, accepted)) = ledger.accepted() else { return };
    let (path, token) = (format!("/order-lines/{}/claims", ledger.id), token(&ledger.id));
    let headers = [JSON, ("idempotency-key", sent.key.as_str())];
    let again = line.until_known("POST", &path, Some(&token), &headers, sent.body.as_bytes()).await;
    let again = again.expect(&[201], "a claim again", &line.faults);
    line.faults
        .check(again.is_replayed && again.body == accepted.answer, || format!("{}: answered otherwise", ledger.id));
}

//! Random histories of order lines: photos, drafts, claims, events, labels, and how each ends.

use std::collections::VecDeque;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use fastrand::Rng;
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{TestApp, digest},
    retention::record,
};

/// How the history of an order line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The seller erases it.
    Erased,
    /// Its claim is decided and expires.
    Expired,
    /// Its photos were never sent with a claim, and expire.
    Forgotten,
    /// It is there still: its claim is open, or on hold.
    Kept,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    AddLine,
    SendPhoto,
    SendPhotoAgain,
    ReplacePhoto,
    Submit,
    Record(&'static str),
    Hold,
    Release,
}

/// One order line and what is still to happen to it.
pub(super) struct History {
    pub(super) line: String,
    pub(super) end: End,
    reference: String,
    steps: VecDeque<Step>,
    photos: Vec<Vec<u8>>,
    /// Every text and photo that was ever sent about it.
    pub(super) sent: Vec<Vec<u8>>,
}

impl History {
    pub(super) fn random(line: String, random: &mut Rng) -> Self {
        let end = [End::Erased, End::Erased, End::Expired, End::Expired, End::Expired, End::Forgotten, End::Kept];
        let end = random.choice(end).unwrap();
        let mut steps = vec![Step::AddLine, Step::SendPhoto, Step::SendPhoto, Step::SendPhoto];
        steps.extend([Step::SendPhotoAgain, Step::ReplacePhoto].into_iter().filter(|_| random.bool()));
        if end != End::Forgotten && (end != End::Erased || random.u8(..) < 200) {
            steps.push(Step::Submit);
            let before =
                ["investigation_opened", "return_label_issued", "evidence_requested", "evidence_requested", "declined"];
            steps.extend(before.into_iter().filter(|_| random.bool()).map(Step::Record));
            match end {
                End::Kept => steps.extend([Step::Record("declined"), Step::Hold]),
                _ if random.bool() => steps.extend([Step::Hold, Step::Release]),
                _ => {}
            }
            if end == End::Expired {
                steps.push(Step::Record(random.choice(["declined", "replacement_sent", "refunded"]).unwrap()));
            }
        }
        Self { line, end, reference: String::new(), steps: steps.into(), photos: Vec::new(), sent: Vec::new() }
    }

    /// Does the next step. Returns whether there was one.
    pub(super) async fn step(&mut self, app: &TestApp, random: &mut Rng) -> bool {
        let Some(step) = self.steps.pop_front() else { return false };
        let hold = format!("/seller/claims/{}/hold", self.reference);
        match step {
            Step::AddLine => app.put_line(&self.line, Some("2026-11-20T13:00:00Z")).await,
            Step::SendPhoto => self.send_photo(app, random).await,
            Step::SendPhotoAgain => assert_eq!(app.put_photo(&self.line, &self.photos[0]).await.status(), 200),
            Step::ReplacePhoto => {
                let path = format!("/order-lines/{}/photos/{}", self.line, digest(&self.photos.remove(0)));
                assert_eq!(app.as_claimant(&self.line, Method::DELETE, &path).send().await.unwrap().status(), 204);
                self.send_photo(app, random).await;
            }
            Step::Submit => self.submit(app, random).await,
            Step::Record(kind) => {
                let event = self.event(kind, random);
                record(app, &self.reference, event).await;
            }
            Step::Hold => assert_eq!(app.as_seller(Method::PUT, &hold).send().await.unwrap().status(), 200),
            Step::Release => assert_eq!(app.as_seller(Method::DELETE, &hold).send().await.unwrap().status(), 200),
        }
        true
    }

    async fn send_photo(&mut self, app: &TestApp, random: &mut Rng) {
        let photo = noise(random);
        assert_eq!(app.put_photo(&self.line, &photo).await.status(), 201);
        // What is stored is another file.
        self.sent.push(std::fs::read(app.file_of(&self.line, &digest(&photo))).unwrap());
        self.sent.push(photo.clone());
        self.photos.push(photo);
    }

    async fn submit(&mut self, app: &TestApp, random: &mut Rng) {
        let names: Vec<String> = self.photos.iter().map(|photo| digest(photo)).collect();
        let body = json!({
            "damage": ["dent"], "description": self.text(2000, random), "photos": {"device": names},
            "missing": {"packaging": "discarded", "label": "discarded"},
        });
        let response = app.post_claim(&self.line, "key", &body).await;
        assert_eq!(response.status(), 201, "{}", response.text().await.unwrap());
        let accepted: Value = response.json().await.unwrap();
        self.reference = accepted["reference"].as_str().unwrap().to_owned();
    }

    fn event(&mut self, kind: &str, random: &mut Rng) -> Value {
        match kind {
            "return_label_issued" => {
                let content = self.text(30_000, random);
                let pdf = format!("%PDF-1.7\n{content}\n%%EOF");
                json!({"type": kind, "pdf": BASE64_STANDARD.encode(pdf)})
            }
            "evidence_requested" => {
                json!({"type": kind, "subjects": ["label"], "until": "2026-12-01", "note": self.text(1000, random)})
            }
            "declined" => json!({"type": kind, "reason": self.text(1000, random)}),
            "replacement_sent" => json!({"type": kind, "tracking_number": "3SDEVC123456789"}),
            "refunded" => json!({"type": kind, "amount": {"cents": 39900, "currency": "EUR"}}),
            _ => json!({"type": kind}),
        }
    }

    /// A text of 64 to `most` characters that is like no other.
    fn text(&mut self, most: usize, random: &mut Rng) -> String {
        let length = random.usize(64..=most);
        let text: String = (0..length).map(|_| random.alphanumeric()).collect();
        self.sent.push(text.clone().into_bytes());
        text
    }
}

/// A photo of 40 pixels each way that is like no other.
fn noise(random: &mut Rng) -> Vec<u8> {
    let picture = RgbImage::from_fn(40, 40, |_, _| Rgb([random.u8(..), random.u8(..), random.u8(..)]));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&picture).unwrap();
    jpeg
}

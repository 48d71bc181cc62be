//! The evidence of a claim as the desk shows it: the device first, because that is what is decided about.

use damage_report_rules::evidence::{Digest, Subject};

use super::page::PageFrame;
use crate::claim::ClaimRow;

/// The subjects in the order of the desk.
pub(super) const SUBJECTS: [Subject; 3] = [Subject::Device, Subject::Packaging, Subject::Label];

/// A photo of a claim.
pub(super) struct PhotoView {
    pub(super) subject: Subject,
    /// Its place among all photos of the claim, from 1 on: its page.
    pub(super) number: usize,
    /// Its place among those of the subject, from 1 on.
    pub(super) nth: usize,
    pub(super) digest: Digest,
    /// What it shows, in words.
    pub(super) name: String,
    /// The advice that the customer did not follow, in words.
    pub(super) advice: Vec<&'static str>,
}

/// The photos of one subject, or why the customer has none.
pub(super) struct SubjectEvidence {
    pub(super) title: &'static str,
    pub(super) photos: Vec<PhotoView>,
    /// Why the customer has no photo.
    pub(super) missing: Option<String>,
}

/// The photos of `claim`, in the order of the desk.
pub(super) fn photo_views(frame: &PageFrame, claim: &ClaimRow) -> Vec<PhotoView> {
    let content = &claim.content;
    let named = SUBJECTS.into_iter().flat_map(|subject| {
        content.photos.of(subject).iter().enumerate().map(move |(place, &digest)| (subject, place + 1, digest))
    });
    let photo = |(at, (subject, nth, digest)): (usize, (Subject, usize, Digest))| {
        let advised = content.advice.iter().filter(|advised| advised.photo == digest);
        PhotoView {
            subject,
            number: at + 1,
            nth,
            digest,
            name: format!("{} {nth}", frame.t(&format!("subject_{}", subject.code()))),
            advice: advised.map(|advised| frame.t(&format!("advice_{}", advised.advice.code()))).collect(),
        }
    };
    named.enumerate().map(photo).collect()
}

/// The evidence of `claim` by subject.
pub(super) fn evidence_by_subject(frame: &PageFrame, claim: &ClaimRow) -> Vec<SubjectEvidence> {
    let mut photos = photo_views(frame, claim);
    let group = |subject: Subject| {
        let (of_subject, rest) = std::mem::take(&mut photos).into_iter().partition(|photo| photo.subject == subject);
        photos = rest;
        let reason = claim.content.missing.of(subject);
        SubjectEvidence {
            title: frame.t(&format!("subject_{}", subject.code())),
            photos: of_subject,
            missing: reason.map(|reason| frame.t(&format!("missing_{}", reason.code())).to_owned()),
        }
    };
    SUBJECTS.into_iter().map(group).collect()
}

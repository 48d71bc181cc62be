//! A draft, checked into a claim or into everything that is wrong with it.
//!
//! The type-level promise is made once, here: only a [`Claim`] can be sent or kept, and only [`ClaimDraft::check`]
//! makes one.

use serde::{Deserialize, Serialize};

pub use self::text::{BYTES_PER_CHARACTER, characters, length};
use crate::{
    advice::{self, Advised},
    damage::Damage,
    evidence::{Absences, Photos, Subject},
    policy::{LateRule, Policy},
    tracking,
    window::Timing,
};

mod text;

/// A claim not yet sent: whatever the claimant has filled in so far. Also the body in which a claim is sent.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::ClaimDraft;
///
/// let draft: ClaimDraft = serde_json::from_str(r#"{"damage": ["dent"], "photos": {"device": []}}"#)?;
/// assert_eq!(draft.description, "");
/// assert!(serde_json::from_str::<ClaimDraft>(r#"{"damage": [], "photos": {}, "status": "paid"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimDraft {
    /// What is damaged, each kind once.
    pub damage: Vec<Damage>,
    /// What the claimant says about it, if anything.
    #[serde(default)]
    pub description: String,
    /// The photos, by digest.
    pub photos: Photos,
    /// What cannot be photographed any more, and why.
    #[serde(default)]
    pub missing: Absences,
    /// The tracking number on the shipping label, as typed; may be empty.
    #[serde(default)]
    pub tracking_number: String,
    /// What the claimant would like best, if they said so.
    #[serde(default)]
    pub wish: Option<Wish>,
    /// What the claimant was told about their photos, and kept them all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Advised>,
}

impl ClaimDraft {
    /// Checks the draft against every rule.
    ///
    /// The claim has its description trimmed, its tracking number normalised, no absence of what is in fact shown, and no
    /// advice about photos that are not in it.
    ///
    /// # Errors
    ///
    /// Every [`Violation`], in page order.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::{
    ///     claim::{ClaimDraft, Violation},
    ///     damage::Damage,
    ///     evidence::{Digest, Photos, Subject},
    ///     policy::Policy,
    ///     window::Timing,
    /// };
    ///
    /// let photo = |n| Digest::new([n; 32]);
    /// let mut draft = ClaimDraft {
    ///     damage: vec![Damage::ScreenBroken],
    ///     photos: Photos { packaging: vec![photo(1)], label: vec![photo(2)], device: vec![photo(3), photo(4)] },
    ///     ..ClaimDraft::default()
    /// };
    /// let violations = draft.check(&Policy::default(), Timing::InTime).unwrap_err();
    /// assert_eq!(violations, [Violation::PhotosMin { subject: Subject::Device, have: 2, need: 3 }]);
    ///
    /// draft.photos.device.push(photo(5));
    /// assert!(draft.check(&Policy::default(), Timing::InTime).is_ok());
    /// ```
    pub fn check(&self, policy: &Policy, timing: Timing) -> Result<Claim, Vec<Violation>> {
        let mut violations = Vec::new();
        let late = timing == Timing::Late;
        if late && policy.late == LateRule::Refuse {
            violations.push(Violation::WindowClosed);
        }
        self.check_damage(policy, &mut violations);
        for subject in [Subject::Packaging, Subject::Label] {
            self.check_photos(subject, policy, &mut violations);
        }
        let tracking_number = tracking::normalise(&self.tracking_number);
        if tracking_number.chars().count() > tracking::LENGTH_MAX {
            violations.push(Violation::TrackingNumberMax { max: tracking::LENGTH_MAX });
        } else if !tracking_number.chars().all(is_writable) {
            violations.push(Violation::TrackingNumberChars);
        }
        self.check_photos(Subject::Device, policy, &mut violations);
        let have = self.photos.all().count();
        if have > usize::from(policy.photos_max) {
            violations.push(Violation::PhotosMax { have, max: policy.photos_max.into() });
        }
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut content = Self {
            description: self.description.trim().to_owned(),
            tracking_number,
            advice: advice::about(&self.photos, &self.advice),
            ..self.clone()
        };
        if !content.photos.packaging.is_empty() {
            content.missing.packaging = None;
        }
        if !content.photos.label.is_empty() {
            content.missing.label = None;
        }
        Ok(Claim { content, late })
    }

    fn check_damage(&self, policy: &Policy, violations: &mut Vec<Violation>) {
        if self.damage.is_empty() {
            violations.push(Violation::DamageMin);
        } else if has_repeated(&self.damage) {
            violations.push(Violation::DamageRepeated);
        }
        let description = self.description.trim();
        let (have, max) = (length(description), usize::from(policy.description_max));
        if have > max {
            violations.push(Violation::DescriptionMax { have, max });
        }
        if !description.chars().all(is_writable) {
            violations.push(Violation::DescriptionChars);
        }
    }

    /// Enough of `subject`, each a photo that shows up nowhere before it; or said to be missing where that is allowed.
    fn check_photos(&self, subject: Subject, policy: &Policy, violations: &mut Vec<Violation>) {
        let photos = self.photos.of(subject);
        if photos.is_empty() && self.missing.of(subject).is_some() {
            if !policy.absence_allowed {
                violations.push(Violation::AbsenceNotAllowed { subject });
            }
            return;
        }
        let mut seen: Vec<_> = self.photos.all().take_while(|&(of, _)| of != subject).map(|(_, photo)| photo).collect();
        let mut repeated = false;
        let mut have = 0;
        // No more than the policy allows need comparing: beyond it the claim is refused anyway.
        for photo in photos.iter().take(usize::from(policy.photos_max) + 1) {
            if seen.contains(photo) {
                repeated = true;
            } else {
                seen.push(*photo);
                have += 1;
            }
        }
        if repeated {
            violations.push(Violation::PhotosNotDistinct { subject });
        }
        let need = usize::from(policy.photos_min(subject));
        if have < need {
            violations.push(Violation::PhotosMin { subject, have, need });
        }
    }
}

/// Whether `c` may stand in what a claimant writes: everything but control characters, of which line breaks and tabs may.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::is_writable;
///
/// assert!("Gebarsten 📦\n".chars().all(is_writable));
/// // What word processors write for a line break within a paragraph.
/// assert!(!is_writable('\u{b}'));
/// ```
#[must_use]
pub fn is_writable(c: char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\t')
}

/// Whether one kind of damage stands twice. More entries than kinds must repeat one.
fn has_repeated(damage: &[Damage]) -> bool {
    damage.len() > Damage::ALL.len() || (1..damage.len()).any(|i| damage[..i].contains(&damage[i]))
}

/// A draft that keeps every rule, in the one form in which it is sent and kept.
///
/// It serialises as its content, a [`ClaimDraft`]; it cannot be read back without being checked again.
///
/// # Example
///
/// ```
/// use damage_report_rules::{claim::ClaimDraft, policy::Policy, window::Timing};
///
/// assert!(ClaimDraft::default().check(&Policy::default(), Timing::InTime).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Claim {
    content: ClaimDraft,
    #[serde(skip)]
    late: bool,
}

impl Claim {
    /// What the claim says.
    ///
    /// # Example
    ///
    /// ```
    /// # use damage_report_rules::{claim::*, damage::Damage, evidence::*, policy::Policy, window::Timing};
    /// # let photo = |n| Digest::new([n; 32]);
    /// # let draft = ClaimDraft {
    /// #     damage: vec![Damage::Dent],
    /// #     photos: Photos { packaging: vec![photo(1)], label: vec![photo(2)], device: (3..6).map(photo).collect() },
    /// #     ..ClaimDraft::default()
    /// # };
    /// let typed = ClaimDraft { tracking_number: "3s devc 123456789".into(), ..draft };
    /// let claim = typed.check(&Policy::default(), Timing::InTime).unwrap();
    /// assert_eq!(claim.content().tracking_number, "3SDEVC123456789");
    /// ```
    #[must_use]
    pub fn content(&self) -> &ClaimDraft {
        &self.content
    }

    /// Whether it came after the window closed, at a shop that takes such claims.
    ///
    /// # Example
    ///
    /// ```
    /// # use damage_report_rules::{claim::*, damage::Damage, evidence::*, policy::*, window::Timing};
    /// # let photo = |n| Digest::new([n; 32]);
    /// # let draft = ClaimDraft {
    /// #     damage: vec![Damage::Dent],
    /// #     photos: Photos { packaging: vec![photo(1)], label: vec![photo(2)], device: (3..6).map(photo).collect() },
    /// #     ..ClaimDraft::default()
    /// # };
    /// let lenient = Policy::try_from(Terms { late: LateRule::Accept, ..Terms::default() })?;
    /// assert!(draft.check(&lenient, Timing::Late).unwrap().is_late());
    /// # Ok::<(), Nonsense>(())
    /// ```
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.late
    }
}

/// What the claimant would like best. A wish, not a choice: the seller decides.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::Wish;
///
/// assert_eq!(serde_json::from_str::<Wish>(r#""refund""#)?, Wish::Refund);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// The same device again, whole.
    Replacement,
    /// The money back.
    Refund,
}

/// One rule that a draft breaks, as data. Words are made where they are shown.
///
/// On the wire its name is the stable `code`: `{"code": "photos_min", "subject": "device", "have": 2, "need": 3}`.
///
/// # Example
///
/// ```
/// use damage_report_rules::{claim::Violation, evidence::Subject};
///
/// let violation: Violation =
///     serde_json::from_str(r#"{"code": "photos_min", "subject": "device", "have": 2, "need": 3}"#)?;
/// assert_eq!(violation, Violation::PhotosMin { subject: Subject::Device, have: 2, need: 3 });
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code", rename_all = "snake_case", try_from = "Wire")]
pub enum Violation {
    /// The reporting window is closed, and the shop takes no late claims.
    WindowClosed,
    /// No damage is named.
    DamageMin,
    /// One kind of damage is named more than once.
    DamageRepeated,
    /// The description is too long.
    DescriptionMax {
        /// Its [`length`]: characters, as a person counts them.
        have: usize,
        /// The most there may be.
        max: usize,
    },
    /// The description holds control characters.
    DescriptionChars,
    /// Too few different photos of a subject.
    PhotosMin {
        /// What they should show.
        subject: Subject,
        /// Different photos there are.
        have: usize,
        /// Different photos there must be.
        need: usize,
    },
    /// One picture is there more than once.
    PhotosNotDistinct {
        /// Where its repetition stands.
        subject: Subject,
    },
    /// Something is said to be missing, and the shop does not take claims without it.
    AbsenceNotAllowed {
        /// What is missing.
        subject: Subject,
    },
    /// The tracking number is longer than any there is.
    TrackingNumberMax {
        /// The most characters there may be.
        max: usize,
    },
    /// The tracking number holds control characters.
    TrackingNumberChars,
    /// Too many photos, all subjects together.
    PhotosMax {
        /// Photos there are.
        have: usize,
        /// The most there may be.
        max: usize,
    },
}

/// A [`Violation`] as it arrives, flat for the reason that the states of a track are.
#[derive(Deserialize)]
struct Wire {
    code: Code,
    #[serde(default)]
    subject: Option<Subject>,
    #[serde(default)]
    have: usize,
    #[serde(default)]
    need: usize,
    #[serde(default)]
    max: usize,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Code {
    WindowClosed,
    DamageMin,
    DamageRepeated,
    DescriptionMax,
    DescriptionChars,
    PhotosMin,
    PhotosNotDistinct,
    AbsenceNotAllowed,
    TrackingNumberMax,
    TrackingNumberChars,
    PhotosMax,
}

impl TryFrom<Wire> for Violation {
    type Error = &'static str;

    fn try_from(Wire { code, subject, have, need, max }: Wire) -> Result<Self, Self::Error> {
        let subject = subject.ok_or("this code wants the field `subject`");
        Ok(match code {
            Code::WindowClosed => Self::WindowClosed,
            Code::DamageMin => Self::DamageMin,
            Code::DamageRepeated => Self::DamageRepeated,
            Code::DescriptionMax => Self::DescriptionMax { have, max },
            Code::DescriptionChars => Self::DescriptionChars,
            Code::PhotosMin => Self::PhotosMin { subject: subject?, have, need },
            Code::PhotosNotDistinct => Self::PhotosNotDistinct { subject: subject? },
            Code::AbsenceNotAllowed => Self::AbsenceNotAllowed { subject: subject? },
            Code::TrackingNumberMax => Self::TrackingNumberMax { max },
            Code::TrackingNumberChars => Self::TrackingNumberChars,
            Code::PhotosMax => Self::PhotosMax { have, max },
        })
    }
}

#[cfg(test)]
mod tests;

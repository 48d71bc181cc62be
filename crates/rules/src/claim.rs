//! Drafts and claims. Checking a draft gives either a claim, or every violation of the rules.
//!
//! The types guarantee that every claim was checked: only a [`Claim`] can be sent or stored, and only [`ClaimDraft::check`] creates
//! one.

use serde::{Deserialize, Serialize};

pub use self::{
    text::{BYTES_PER_CHARACTER, count_characters, counted_length},
    violation::Violation,
};
use crate::{
    advice::{self, PhotoAdvice},
    damage::Damage,
    evidence::{Absences, Photos, Subject},
    policy::{LateRule, Policy},
    tracking,
    window::Timing,
};

mod text;
mod violation;

/// A claim that is not sent yet, with the claimant's answers so far. It is also the body in which a claim is sent.
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
    /// The kinds of damage, each once.
    pub damage: Vec<Damage>,
    /// The claimant's description; may be empty.
    #[serde(default)]
    pub description: String,
    /// The photos, by digest.
    pub photos: Photos,
    /// The subjects that cannot be photographed any more, and why.
    #[serde(default)]
    pub missing: Absences,
    /// The tracking number on the shipping label, as typed; may be empty.
    #[serde(default)]
    pub tracking_number: String,
    /// The claimant's wish, if they named one.
    #[serde(default)]
    pub wish: Option<Wish>,
    /// The advice that the claimant received about photos of this draft and did not follow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<PhotoAdvice>,
}

impl ClaimDraft {
    /// Checks the draft against every rule.
    ///
    /// The claim has a trimmed description, a normalised tracking number, no absence of a subject that has photos, and no advice about
    /// photos that are not in it.
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
        let tracking_number = tracking::normalise(&self.tracking_number);
        for subject in Subject::ALL {
            self.check_photos(subject, policy, &mut violations);
            // The page asks for the tracking number together with the photos of the label.
            if subject == Subject::Label {
                check_tracking_number(&tracking_number, &mut violations);
            }
        }
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
            advice: advice::advice_about(&self.photos, &self.advice),
            ..self.clone()
        };
        content.missing.retain(|subject| content.photos.of(subject).is_empty());
        Ok(Claim { content, late })
    }

    fn check_damage(&self, policy: &Policy, violations: &mut Vec<Violation>) {
        if self.damage.is_empty() {
            violations.push(Violation::DamageMin);
        } else if has_repeated(&self.damage) {
            violations.push(Violation::DamageRepeated);
        }
        let description = self.description.trim();
        let (have, max) = (counted_length(description), usize::from(policy.description_max));
        if have > max {
            violations.push(Violation::DescriptionMax { have, max });
        }
        if !description.chars().all(is_allowed_character) {
            violations.push(Violation::DescriptionChars);
        }
    }

    /// Checks that `subject` has enough photos, none of them repeated; or that it is missing where the policy allows that.
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
        // A claim with more photos than the policy allows is refused anyway, so the rest need not be compared.
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

fn check_tracking_number(number: &str, violations: &mut Vec<Violation>) {
    if number.chars().count() > tracking::LENGTH_MAX {
        violations.push(Violation::TrackingNumberMax { max: tracking::LENGTH_MAX });
    } else if !number.chars().all(is_allowed_character) {
        violations.push(Violation::TrackingNumberChars);
    }
}

/// Whether a claimant may write `c`: any character but a control character. Line breaks and tabs are allowed.
///
/// # Example
///
/// ```
/// use damage_report_rules::claim::is_allowed_character;
///
/// assert!("Gebarsten 📦\n".chars().all(is_allowed_character));
/// // Word processors write this for a line break within a paragraph.
/// assert!(!is_allowed_character('\u{b}'));
/// ```
#[must_use]
pub fn is_allowed_character(c: char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\t')
}

/// Whether a kind of damage is repeated. More entries than kinds must repeat one.
fn has_repeated(damage: &[Damage]) -> bool {
    damage.len() > Damage::ALL.len() || (1..damage.len()).any(|i| damage[..i].contains(&damage[i]))
}

/// A draft without violations, in the form in which it is sent and stored.
///
/// It serialises as its content, a [`ClaimDraft`], which must be checked again after reading.
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
    /// The content of the claim.
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

    /// Whether it came after the window closed, at a shop that accepts late claims.
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
    /// # Ok::<(), TermsError>(())
    /// ```
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.late
    }
}

/// The claimant's wish. The seller decides.
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
    /// The same device again, undamaged.
    Replacement,
    /// The money back.
    Refund,
}

#[cfg(test)]
mod tests;

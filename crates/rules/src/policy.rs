//! A shop's choices, and their limits.
//!
//! A policy is data that the backend publishes; this module has the code that applies it. Invalid terms are refused when they are read,
//! so that no other code has to handle a window of zero days.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Serialize};

use crate::evidence::{PerSubject, Subject};

/// The least number of *different* photos of the device that a policy may set: the help page promises the seller three.
///
/// # Example
///
/// ```
/// use damage_report_rules::policy::{DEVICE_PHOTOS_FLOOR, TermsError, Policy, Terms};
///
/// let terms = Terms { device_photos: DEVICE_PHOTOS_FLOOR - 1, ..Terms::default() };
/// assert_eq!(Policy::try_from(terms), Err(TermsError::TooFewDevicePhotos));
/// ```
pub const DEVICE_PHOTOS_FLOOR: u8 = 3;

/// The longest window or resolution a policy may set, in working days. A month is a mistake, not a policy.
///
/// # Example
///
/// ```
/// use damage_report_rules::policy::{TermsError, Policy, Terms, WORKING_DAYS_CEILING};
///
/// let terms = Terms { reporting_days: WORKING_DAYS_CEILING + 1, ..Terms::default() };
/// assert_eq!(Policy::try_from(terms), Err(TermsError::ReportingDays));
/// ```
pub const WORKING_DAYS_CEILING: u8 = 30;

/// The terms of a policy as a shop writes them. A [`Policy`] has valid terms.
///
/// # Example
///
/// A term that is left out has the value of the help page.
///
/// ```
/// use damage_report_rules::policy::{Policy, Terms};
///
/// let terms = Terms { device_photos: 4, ..Terms::default() };
/// assert_eq!(Policy::try_from(terms)?.device_photos, 4);
/// # Ok::<(), damage_report_rules::policy::TermsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// Length of the reporting window, in working days after delivery.
    pub reporting_days: u8,
    /// The rule for a claim after the window closed.
    pub late: LateRule,
    /// Fewest photos of the packaging.
    pub packaging_photos: u8,
    /// Fewest photos of the shipping label.
    pub label_photos: u8,
    /// Fewest different photos of the device, never under [`DEVICE_PHOTOS_FLOOR`].
    pub device_photos: u8,
    /// Most photos of a claim, all subjects together.
    pub photos_max: u8,
    /// Whether a claim is accepted, and marked, without packaging or label when the claimant says why it is missing.
    pub absence_allowed: bool,
    /// Longest description, in characters as a person counts them.
    pub description_max: u16,
    /// Largest photo, in bytes as sent.
    pub photo_bytes_max: u32,
    /// Shortest side of a photo, in pixels: below it no damage can be seen.
    pub photo_side_min: u32,
    /// The seller's time for a replacement or refund, in working days.
    pub resolution_days: u8,
    /// When the seller's time starts.
    pub resolution_from: ResolutionPeriodStart,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            reporting_days: 3,
            late: LateRule::Refuse,
            packaging_photos: 1,
            label_photos: 1,
            device_photos: DEVICE_PHOTOS_FLOOR,
            photos_max: 12,
            absence_allowed: true,
            description_max: 2_000,
            photo_bytes_max: 10 * 1024 * 1024,
            photo_side_min: 400,
            resolution_days: 3,
            resolution_from: ResolutionPeriodStart::Submission,
        }
    }
}

/// A shop's policy: valid [`Terms`]. Its fields are those of the terms.
///
/// # Example
///
/// ```
/// use damage_report_rules::policy::Policy;
///
/// let policy: Policy = serde_json::from_str(r#"{"late": "accept"}"#)?;
/// assert_eq!(policy.reporting_days, 3);
///
/// let nonsense = serde_json::from_str::<Policy>(r#"{"device_photos": 2}"#);
/// assert!(nonsense.unwrap_err().to_string().contains("at least 3 photos of the device"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "Terms", into = "Terms")]
pub struct Policy(Terms);

impl Deref for Policy {
    type Target = Terms;

    fn deref(&self) -> &Terms {
        &self.0
    }
}

impl From<Policy> for Terms {
    fn from(policy: Policy) -> Self {
        policy.0
    }
}

impl TryFrom<Terms> for Policy {
    type Error = TermsError;

    fn try_from(terms: Terms) -> Result<Self, TermsError> {
        let days = 1..=WORKING_DAYS_CEILING;
        let policy = Self(terms);
        let terms = &policy.0;
        let least: u16 = Subject::ALL.into_iter().map(|subject| u16::from(policy.photos_min(subject))).sum();
        if !days.contains(&terms.reporting_days) {
            Err(TermsError::ReportingDays)
        } else if !days.contains(&terms.resolution_days) {
            Err(TermsError::ResolutionDays)
        } else if terms.device_photos < DEVICE_PHOTOS_FLOOR {
            Err(TermsError::TooFewDevicePhotos)
        } else if terms.packaging_photos == 0 || terms.label_photos == 0 {
            Err(TermsError::NoPhotosAsked)
        } else if u16::from(terms.photos_max) < least {
            Err(TermsError::MorePhotosAskedThanAllowed)
        } else if terms.description_max == 0 || terms.photo_bytes_max == 0 || terms.photo_side_min == 0 {
            Err(TermsError::LimitOfZero)
        } else {
            Ok(policy)
        }
    }
}

impl Policy {
    /// The fewest photos of `subject`.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::{evidence::Subject, policy::Policy};
    ///
    /// assert_eq!(Policy::default().photos_min(Subject::Device), 3);
    /// assert_eq!(Policy::default().photos_min(Subject::Label), 1);
    /// ```
    #[must_use]
    pub fn photos_min(&self, subject: Subject) -> u8 {
        match subject {
            Subject::Packaging => self.packaging_photos,
            Subject::Label => self.label_photos,
            Subject::Device => self.device_photos,
        }
    }

    /// How many more photos of `subject` fit into a claim that `have`s this many of each. Room is reserved for the required photos of
    /// the other subjects, even of those that the claimant says are missing: they may be found again.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::{evidence::{PerSubject, Subject}, policy::Policy};
    ///
    /// // Twelve in all; one of the label and three of the device are required.
    /// assert_eq!(Policy::default().room_for_photos(Subject::Packaging, PerSubject::default()), 8);
    /// ```
    #[must_use]
    pub fn room_for_photos(&self, subject: Subject, have: PerSubject<usize>) -> usize {
        let mut used = 0;
        for other in Subject::ALL {
            let have = *have.of(other);
            used += if other == subject { have } else { self.reserved(other, have) };
        }
        usize::from(self.photos_max).saturating_sub(used)
    }

    /// The subject with photos to spare, where a claim that `have`s this many of each has no room for the photos that are still required.
    /// One of its photos must be removed.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::{evidence::{PerSubject, Subject}, policy::Policy};
    ///
    /// let many_labels = PerSubject { label: 12, ..PerSubject::default() };
    /// assert_eq!(Policy::default().surplus_subject(many_labels), Some(Subject::Label));
    /// let enough = PerSubject { packaging: 4, label: 4, device: 4 };
    /// assert_eq!(Policy::default().surplus_subject(enough), None);
    /// ```
    #[must_use]
    pub fn surplus_subject(&self, have: PerSubject<usize>) -> Option<Subject> {
        let (mut reserved, mut surplus) = (0, None);
        for subject in Subject::ALL {
            let have = *have.of(subject);
            reserved += self.reserved(subject, have);
            if have > usize::from(self.photos_min(subject)) {
                surplus = surplus.or(Some(subject));
            }
        }
        surplus.filter(|_| reserved > usize::from(self.photos_max))
    }

    /// The number of photos of `subject`, with those that are still required.
    fn reserved(&self, subject: Subject, have: usize) -> usize {
        have.max(self.photos_min(subject).into())
    }
}

/// The rule for a claim after the window closed.
///
/// # Example
///
/// ```
/// use damage_report_rules::policy::{LateRule, Policy};
///
/// let policy: Policy = serde_json::from_str(r#"{"late": "accept"}"#)?;
/// assert_eq!(policy.late, LateRule::Accept);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LateRule {
    /// It is refused; the page names the shop's contact page.
    Refuse,
    /// It is accepted, and marked late.
    Accept,
}

/// When the seller's time for a replacement or refund starts.
///
/// # Example
///
/// ```
/// use damage_report_rules::policy::{Policy, ResolutionPeriodStart};
///
/// let policy: Policy = serde_json::from_str(r#"{"resolution_from": "return_received"}"#)?;
/// assert_eq!(policy.resolution_from, ResolutionPeriodStart::ReturnReceived);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ResolutionStart))]
#[serde(rename_all = "snake_case")]
pub enum ResolutionPeriodStart {
    /// On the day the claim is submitted.
    Submission,
    /// On the day the returned device is received.
    ReturnReceived,
}

/// Why [`Terms`] cannot be a policy.
///
/// # Example
///
/// ```
/// use damage_report_rules::policy::{TermsError, Policy, Terms};
///
/// let terms = Terms { reporting_days: 0, ..Terms::default() };
/// assert_eq!(Policy::try_from(terms), Err(TermsError::ReportingDays));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsError {
    /// A reporting window of no days, or of more than [`WORKING_DAYS_CEILING`].
    ReportingDays,
    /// A resolution period of no days, or of more than [`WORKING_DAYS_CEILING`].
    ResolutionDays,
    /// Fewer than [`DEVICE_PHOTOS_FLOOR`] photos of the device.
    TooFewDevicePhotos,
    /// No photo asked of the packaging or of the shipping label.
    NoPhotosAsked,
    /// The minima together exceed the maximum: no claim could ever be made.
    MorePhotosAskedThanAllowed,
    /// A limit of zero characters, bytes or pixels.
    LimitOfZero,
}

impl fmt::Display for TermsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReportingDays => "the reporting window must be 1 to 30 working days",
            Self::ResolutionDays => "the resolution period must be 1 to 30 working days",
            Self::TooFewDevicePhotos => "at least 3 photos of the device must be asked for",
            Self::NoPhotosAsked => "at least 1 photo each of packaging and label must be asked for",
            Self::MorePhotosAskedThanAllowed => "photos_max is lower than the photos asked for",
            Self::LimitOfZero => "description_max, photo_bytes_max and photo_side_min must be above zero",
        })
    }
}

impl std::error::Error for TermsError {}

//! The photos of a claim: their subjects, their names, and the reasons for missing ones.
//!
//! [`policy`](crate::policy) says how many are required; [`claim`](crate::claim) checks them.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

pub use self::subject::{PerSubject, Subject};

mod subject;

/// The SHA-256 of a photo's bytes as they were sent: the photo's name. 64 lower-case hexadecimal digits on the wire.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::Digest;
///
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// let digest: Digest = empty.parse()?;
/// assert_eq!(digest.to_string(), empty);
/// assert!(empty.to_uppercase().parse::<Digest>().is_err());
/// assert!("../../etc/passwd".parse::<Digest>().is_err());
/// # Ok::<(), damage_report_rules::evidence::DigestError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest with these bytes.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::Digest;
    ///
    /// assert!(Digest::new([0xab; 32]).to_string().starts_with("abab"));
    /// ```
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(hex: &str) -> Result<Self, DigestError> {
        let digits = hex.as_bytes();
        if digits.len() != 64 {
            return Err(DigestError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// Each digest has one spelling: upper case is refused.
fn nibble(digit: u8) -> Result<u8, DigestError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(DigestError),
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(hex: String) -> Result<Self, DigestError> {
        hex.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
        self.0.iter().try_for_each(|byte| {
            f.write_char(digit(byte >> 4))?;
            f.write_char(digit(byte & 0xf))
        })
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not 64 lower-case hexadecimal digits.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::{Digest, DigestError};
///
/// assert_eq!("no digest".parse::<Digest>(), Err(DigestError));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestError;

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a digest is 64 lower-case hexadecimal digits")
    }
}

impl std::error::Error for DigestError {}

/// The photos of a claim by subject, in the claimant's order.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::{Photos, Subject};
///
/// assert!(Photos::default().of(Subject::Device).is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Photos {
    /// Photos of the packaging.
    #[serde(default)]
    pub packaging: Vec<Digest>,
    /// Photos of the shipping label.
    #[serde(default)]
    pub label: Vec<Digest>,
    /// Photos of the device.
    pub device: Vec<Digest>,
}

impl Photos {
    /// The photos of `subject`.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{Digest, Photos, Subject};
    ///
    /// let photos = Photos { label: vec![Digest::new([1; 32])], ..Photos::default() };
    /// assert_eq!(photos.of(Subject::Label).len(), 1);
    /// ```
    #[must_use]
    pub fn of(&self, subject: Subject) -> &[Digest] {
        match subject {
            Subject::Packaging => &self.packaging,
            Subject::Label => &self.label,
            Subject::Device => &self.device,
        }
    }

    /// The same photos, each under the name that `rename` gives it.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{Digest, Photos};
    ///
    /// let photos = Photos { device: vec![Digest::new([1; 32])], ..Photos::default() };
    /// assert_eq!(photos.map_digests(|_| Digest::new([2; 32])).device, [Digest::new([2; 32])]);
    /// ```
    #[must_use]
    pub fn map_digests(&self, mut rename: impl FnMut(Digest) -> Digest) -> Self {
        let mut renamed = |photos: &[Digest]| photos.iter().map(|&photo| rename(photo)).collect();
        let Self { packaging, label, device } = self;
        Self { packaging: renamed(packaging), label: renamed(label), device: renamed(device) }
    }

    /// Every photo with its subject, in page order.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{Digest, Photos, Subject};
    ///
    /// let photos = Photos { device: vec![Digest::new([1; 32])], ..Photos::default() };
    /// assert_eq!(photos.all().collect::<Vec<_>>(), [(Subject::Device, Digest::new([1; 32]))]);
    /// ```
    pub fn all(&self) -> impl Iterator<Item = (Subject, Digest)> + '_ {
        Subject::ALL.into_iter().flat_map(|subject| self.of(subject).iter().map(move |&photo| (subject, photo)))
    }
}

/// Why the claimant cannot photograph the packaging or the label any more.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::Absence;
///
/// assert_eq!(serde_json::to_string(&Absence::Discarded)?, r#""discarded""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// It was thrown away.
    Discarded,
    /// The parcel came without it.
    DeliveredWithout,
    /// It is torn or cannot be read.
    Unreadable,
    /// Another reason.
    Other,
}

impl Absence {
    /// Every reason, in the order in which a page offers them.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::Absence;
    ///
    /// assert_eq!(Absence::ALL[0].code(), "discarded");
    /// ```
    pub const ALL: [Self; 4] = [Self::Discarded, Self::DeliveredWithout, Self::Unreadable, Self::Other];

    /// Its stable code in JSON.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::Absence;
    ///
    /// assert_eq!(Absence::DeliveredWithout.code(), "delivered_without");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Discarded => "discarded",
            Self::DeliveredWithout => "delivered_without",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
        }
    }
}

/// The missing subjects, and why. The device cannot be missing: a claim needs it.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::{Absence, Absences, Subject};
///
/// let absences = Absences { packaging: Some(Absence::Discarded), ..Absences::default() };
/// assert_eq!(absences.of(Subject::Packaging), Some(Absence::Discarded));
/// assert_eq!(absences.of(Subject::Device), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Absences {
    /// Why there is no photo of the packaging.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packaging: Option<Absence>,
    /// Why there is no photo of the shipping label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Absence>,
}

impl Absences {
    /// Why there is no photo of `subject`, if the claimant said so.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{Absences, Subject};
    ///
    /// assert_eq!(Absences::default().of(Subject::Label), None);
    /// ```
    #[must_use]
    pub fn of(self, subject: Subject) -> Option<Absence> {
        match subject {
            Subject::Packaging => self.packaging,
            Subject::Label => self.label,
            Subject::Device => None,
        }
    }

    /// Removes the reasons for the subjects that `is_missing` does not confirm.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{Absence, Absences, Subject};
    ///
    /// let mut absences = Absences { packaging: Some(Absence::Other), label: Some(Absence::Other) };
    /// absences.retain(|subject| subject == Subject::Label);
    /// assert_eq!(absences, Absences { label: Some(Absence::Other), ..Absences::default() });
    /// ```
    pub fn retain(&mut self, is_missing: impl Fn(Subject) -> bool) {
        let Self { packaging, label } = self;
        for (subject, reason) in [(Subject::Packaging, packaging), (Subject::Label, label)] {
            *reason = reason.filter(|_| is_missing(subject));
        }
    }
}

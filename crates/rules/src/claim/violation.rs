//! The rules that a draft can break.

use serde::{Deserialize, Serialize};

use crate::evidence::Subject;

/// One rule that a draft breaks, as data. The widget makes the words.
///
/// In JSON its name is the stable `code`: `{"code": "photos_min", "subject": "device", "have": 2, "need": 3}`.
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
// A missing number is read as 0: the widget's own reader then needs no code for it, and serde must agree with that reader.
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Violation {
    /// The reporting window is closed, and the shop accepts no late claims.
    WindowClosed,
    /// No damage is named.
    DamageMin,
    /// One kind of damage is named more than once.
    DamageRepeated,
    /// The description is too long.
    DescriptionMax {
        /// Its [`length`]: characters, as a person counts them.
        ///
        /// [`length`]: crate::claim::counted_length
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        have: usize,
        /// The most there may be.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        max: usize,
    },
    /// The description holds control characters.
    DescriptionChars,
    /// Too few different photos of a subject.
    PhotosMin {
        /// Their subject.
        subject: Subject,
        /// The number of different photos.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        have: usize,
        /// The required number of different photos.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        need: usize,
    },
    /// A photo is repeated.
    PhotosNotDistinct {
        /// The subject of the repetition.
        subject: Subject,
    },
    /// The claimant says that a subject is missing, and the shop accepts no claims without it.
    AbsenceNotAllowed {
        /// The missing subject.
        subject: Subject,
    },
    /// The tracking number is longer than any real one.
    TrackingNumberMax {
        /// The most characters there may be.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        max: usize,
    },
    /// The tracking number holds control characters.
    TrackingNumberChars,
    /// Too many photos, all subjects together.
    PhotosMax {
        /// The number of photos.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        have: usize,
        /// The most there may be.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(required = true))]
        max: usize,
    },
}

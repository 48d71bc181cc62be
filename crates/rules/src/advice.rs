//! Advice to take a photo again. It is given once, politely, and never blocks a claim.
//!
//! A photo that the customer kept anyway is sent with the advice, so that the seller sees it too. The browser analyses the pixels;
//! this module has only the advice about each photo.

use serde::{Deserialize, Serialize};

use crate::evidence::{Digest, Photos};

/// A weakness of a photo.
///
/// # Example
///
/// ```
/// use damage_report_rules::advice::Advice;
///
/// assert_eq!(serde_json::to_string(&Advice::BurntOut)?, r#""burnt_out""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Out of focus, or moved while it was taken.
    Blurred,
    /// Too dark to see much.
    Dark,
    /// So bright that much of it is plain white.
    BurntOut,
    /// Large enough to be accepted, too small to show details.
    Small,
    /// Almost the same picture as another.
    Alike,
}

impl Advice {
    /// Its stable code in JSON.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::advice::Advice;
    ///
    /// assert_eq!(Advice::Alike.code(), "alike");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Blurred => "blurred",
            Self::Dark => "dark",
            Self::BurntOut => "burnt_out",
            Self::Small => "small",
            Self::Alike => "alike",
        }
    }
}

/// One advice about one photo of a claim.
///
/// # Example
///
/// ```
/// use damage_report_rules::{advice::{Advice, PhotoAdvice}, evidence::Digest};
///
/// let advised = PhotoAdvice { photo: Digest::new([1; 32]), advice: Advice::Dark, like: None };
/// assert_eq!(serde_json::to_value(&advised)?["advice"], "dark");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Advised))]
#[serde(deny_unknown_fields)]
pub struct PhotoAdvice {
    /// The photo.
    pub photo: Digest,
    /// Its weakness.
    pub advice: Advice,
    /// The photo that it is like, where that is the advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<Digest>,
}

/// The part of `advice` that is about `photos`, without repetitions: removed photos lose their advice.
///
/// # Example
///
/// ```
/// use damage_report_rules::{advice::{self, Advice, PhotoAdvice}, evidence::{Digest, Photos}};
///
/// let dark = |n| PhotoAdvice { photo: Digest::new([n; 32]), advice: Advice::Dark, like: None };
/// let photos = Photos { device: vec![Digest::new([1; 32])], ..Photos::default() };
/// assert_eq!(advice::advice_about(&photos, &[dark(1), dark(1), dark(2)]), [dark(1)]);
/// ```
#[must_use]
pub fn advice_about(photos: &Photos, advice: &[PhotoAdvice]) -> Vec<PhotoAdvice> {
    let is_there = |digest| photos.all().any(|(_, photo)| photo == digest);
    let mut about: Vec<PhotoAdvice> = Vec::new();
    for advised in advice {
        let is_repeated = about.iter().any(|other| (other.photo, other.advice) == (advised.photo, advised.advice));
        if !is_repeated && is_there(advised.photo) && advised.like.is_none_or(is_there) {
            about.push(*advised);
        }
    }
    about
}

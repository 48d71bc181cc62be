//! The kinds of damage.

use serde::{Deserialize, Serialize};

/// One kind of damage. A claim names at least one.
///
/// # Example
///
/// ```
/// use damage_report_rules::damage::{Damage, DamageKind};
///
/// assert_eq!(Damage::ScreenBroken.kind(), DamageKind::Cosmetic);
/// assert_eq!(Damage::Camera.kind(), DamageKind::Functional);
/// assert_eq!(serde_json::to_string(&Damage::ScreenBroken)?, r#""screen_broken""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// A cracked or broken screen.
    ScreenBroken,
    /// A cracked or broken back or frame.
    CasingBroken,
    /// A dent.
    Dent,
    /// Scratches worse than the grade bought allows.
    Scratches,
    /// The screen does not light up, or not everywhere, or does not react.
    Display,
    /// A camera does not work.
    Camera,
    /// A speaker or microphone does not work.
    Sound,
    /// The device does not charge or does not hold its charge.
    Charging,
    /// A button or connector does not work.
    Buttons,
    /// The device does not start.
    DoesNotStart,
    /// Something else that impairs its use.
    OtherFunctional,
}

/// The two kinds of damage that the help page tells apart.
///
/// # Example
///
/// ```
/// use damage_report_rules::damage::{Damage, DamageKind};
///
/// let functional = Damage::ALL.into_iter().filter(|damage| damage.kind() == DamageKind::Functional);
/// assert_eq!(functional.count(), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// How it looks: screens, dents, scratches below the grade bought.
    Cosmetic,
    /// How it works: anything that impairs use.
    Functional,
}

impl Damage {
    /// Every kind of damage, in the order in which a page offers them.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::damage::Damage;
    ///
    /// assert_eq!(Damage::ALL[0], Damage::ScreenBroken);
    /// ```
    pub const ALL: [Self; 11] = [
        Self::ScreenBroken,
        Self::CasingBroken,
        Self::Dent,
        Self::Scratches,
        Self::Display,
        Self::Camera,
        Self::Sound,
        Self::Charging,
        Self::Buttons,
        Self::DoesNotStart,
        Self::OtherFunctional,
    ];

    /// Whether it is about looks or about use.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::damage::{Damage, DamageKind};
    ///
    /// assert_eq!(Damage::Dent.kind(), DamageKind::Cosmetic);
    /// ```
    #[must_use]
    pub fn kind(self) -> DamageKind {
        match self {
            Self::ScreenBroken | Self::CasingBroken | Self::Dent | Self::Scratches => DamageKind::Cosmetic,
            Self::Display
            | Self::Camera
            | Self::Sound
            | Self::Charging
            | Self::Buttons
            | Self::DoesNotStart
            | Self::OtherFunctional => DamageKind::Functional,
        }
    }

    /// Its stable code in JSON.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::damage::Damage;
    ///
    /// assert_eq!(Damage::DoesNotStart.code(), "does_not_start");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ScreenBroken => "screen_broken",
            Self::CasingBroken => "casing_broken",
            Self::Dent => "dent",
            Self::Scratches => "scratches",
            Self::Display => "display",
            Self::Camera => "camera",
            Self::Sound => "sound",
            Self::Charging => "charging",
            Self::Buttons => "buttons",
            Self::DoesNotStart => "does_not_start",
            Self::OtherFunctional => "other_functional",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damage_travels_under_its_code() {
        for damage in Damage::ALL {
            assert_eq!(serde_json::to_value(damage).unwrap(), damage.code());
        }
    }
}

//! The actors that change a claim.

/// The actor of a change, for the log of events.
///
/// # Example
///
/// ```
/// use damage_report_backend::actor::Actor;
///
/// let anna = Actor::Person("Anna".to_owned());
/// assert_eq!(anna.code(), "person:Anna");
/// assert_eq!(Actor::from_code("person:Anna"), Some(anna));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The customer who reports.
    Claimant,
    /// A system of the seller, by a seller's key.
    Seller,
    /// A person at the shop, by name.
    Person(String),
    /// This backend, because the shop's retention says so.
    Retention,
}

impl Actor {
    /// The actor as the database stores it.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Claimant => "claimant".to_owned(),
            Self::Seller => "seller".to_owned(),
            Self::Person(name) => format!("person:{name}"),
            Self::Retention => "retention".to_owned(),
        }
    }

    /// The actor that the database stores as `code`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "claimant" => Some(Self::Claimant),
            "seller" => Some(Self::Seller),
            "retention" => Some(Self::Retention),
            _ => code.strip_prefix("person:").map(|name| Self::Person(name.to_owned())),
        }
    }
}

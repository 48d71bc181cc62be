//! The carriers whose tracking numbers are known, and the names under which shops know them.

/// A carrier, as a customer knows it: one name on the van.
///
/// DHL is one carrier here, although several companies drive under its name: shops write "DHL" and mean any of them.
///
/// # Example
///
/// ```
/// use damage_report_rules::tracking::Carrier;
///
/// assert_eq!(Carrier::from_name("DHL Parcel"), Some(Carrier::Dhl));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// UPS.
    Ups,
    /// PostNL.
    PostNl,
    /// DHL: Parcel, eCommerce, Paket and Express; Deutsche Post with them.
    Dhl,
    /// DPD.
    Dpd,
    /// GLS.
    Gls,
    /// bpost.
    Bpost,
    /// Mondial Relay, which is InPost's.
    MondialRelay,
    /// Chronopost.
    Chronopost,
    /// La Poste, with Colissimo.
    LaPoste,
    /// Correos.
    Correos,
    /// FedEx.
    Fedex,
}

/// Names in lower-case letters and digits only, so that every way of writing one is the same.
const NAMES: [(&str, Carrier); 16] = [
    ("postnl", Carrier::PostNl),
    ("dhl", Carrier::Dhl),
    ("deutschepost", Carrier::Dhl),
    ("dpd", Carrier::Dpd),
    ("gls", Carrier::Gls),
    ("ups", Carrier::Ups),
    ("unitedparcelservice", Carrier::Ups),
    ("bpost", Carrier::Bpost),
    ("mondialrelay", Carrier::MondialRelay),
    ("inpost", Carrier::MondialRelay),
    ("chronopost", Carrier::Chronopost),
    ("colissimo", Carrier::LaPoste),
    ("laposte", Carrier::LaPoste),
    ("correos", Carrier::Correos),
    ("fedex", Carrier::Fedex),
    ("federalexpress", Carrier::Fedex),
];

impl Carrier {
    /// The carrier that a shop calls `name`, if it is one of those known here.
    ///
    /// Case, spaces and punctuation do not matter, and neither does what follows the name.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::tracking::Carrier;
    ///
    /// assert_eq!(Carrier::from_name("Post-NL"), Some(Carrier::PostNl));
    /// assert_eq!(Carrier::from_name("UPS Standard"), Some(Carrier::Ups));
    /// assert_eq!(Carrier::from_name("Upsala Express"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut read = String::new();
        name.split(|c| !is_of_a_word(c)).find_map(|word| {
            read.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            NAMES.iter().find(|(name, _)| *name == read).map(|&(_, carrier)| carrier)
        })
    }

    /// Its name, as the carrier itself writes it.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::tracking::Carrier;
    ///
    /// assert_eq!(Carrier::PostNl.name(), "PostNL");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ups => "UPS",
            Self::PostNl => "PostNL",
            Self::Dhl => "DHL",
            Self::Dpd => "DPD",
            Self::Gls => "GLS",
            Self::Bpost => "bpost",
            Self::MondialRelay => "Mondial Relay",
            Self::Chronopost => "Chronopost",
            Self::LaPoste => "La Poste",
            Self::Correos => "Correos",
            Self::Fedex => "FedEx",
        }
    }
}

/// Whether `c` may be part of a word. Where in Unicode it lies tells letters from signs well enough for carriers' names; all of
/// its letters by name would be 1 KB more for every customer.
fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{1fff}')
}

#[cfg(test)]
mod tests {
    use super::{super::format::TrackingFormat, Carrier};

    #[test]
    fn each_carrier_with_a_format_is_known_by_its_own_name() {
        for &carrier in TrackingFormat::ALL.iter().flat_map(|format| format.carriers()) {
            assert_eq!(Carrier::from_name(carrier.name()), Some(carrier));
        }
    }
}

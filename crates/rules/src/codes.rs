//! Codes that the seller's systems write: countries and currencies. A nearly right one (`nl`, ` EUR `) is read as the only code that
//! it can be; any other text is refused.
//!
//! Only a backend uses this module, so customers never download the lists.

/// ISO 3166-1, as of November 2026, and XK for Kosovo, as the European Union writes it.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD \
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF \
    GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI \
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS XK YE YT ZA ZM ZW";

/// The currencies of ISO 4217 that people are paid in, as of November 2026: no metals, funds or codes for tests.
const CURRENCIES: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY \
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR \
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR \
    MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD \
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD \
    XCG XOF XPF YER ZAR ZMW ZWG";

/// The most characters of the part of a country after its hyphen. ISO 3166-2 has three; a shop may name parts of its own.
const PART_LENGTH_MAX: usize = 12;

/// A place whose holidays count.
///
/// # Example
///
/// ```
/// use damage_report_rules::codes::{HolidayPlace, parse_place};
///
/// assert_eq!(parse_place("de_by"), Some(HolidayPlace { code: "DE-BY".into(), is_part: true }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayPlace {
    /// `NL`, or for a part of a country `DE-BY`.
    pub code: String,
    /// Whether it is a part of a country.
    pub is_part: bool,
}

/// Reads a place: a country by its two letters (ISO 3166-1), or a part of one after a hyphen.
///
/// # Example
///
/// ```
/// use damage_report_rules::codes::parse_place;
///
/// assert_eq!(parse_place(" nl ").map(|place| place.code).as_deref(), Some("NL"));
/// assert_eq!(parse_place("XX"), None);
/// assert_eq!(parse_place("Nederland"), None);
/// ```
#[must_use]
pub fn parse_place(text: &str) -> Option<HolidayPlace> {
    let code = text.trim().to_ascii_uppercase().replace('_', "-");
    let (country, part) = match code.split_once('-') {
        None => (code.as_str(), None),
        Some((country, part)) => (country, Some(part)),
    };
    let is_valid = |part: &str| {
        (1..=PART_LENGTH_MAX).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    let is_known = is_listed(country, COUNTRIES) && part.is_none_or(is_valid);
    let is_part = part.is_some();
    is_known.then_some(HolidayPlace { code, is_part })
}

/// Reads a currency. Returns it as ISO 4217 writes it.
///
/// # Example
///
/// ```
/// use damage_report_rules::codes::parse_currency;
///
/// assert_eq!(parse_currency("eur").as_deref(), Some("EUR"));
/// assert_eq!(parse_currency("€"), None);
/// ```
#[must_use]
pub fn parse_currency(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    is_listed(&code, CURRENCIES).then_some(code)
}

/// The word among `words` that `text` means, in any case, with hyphens or spaces for underscores.
///
/// # Example
///
/// ```
/// use damage_report_rules::codes::find_word;
///
/// assert_eq!(find_word("Return-Received", ["refunded", "return_received"]), Some("return_received"));
/// assert_eq!(find_word("returned", ["refunded", "return_received"]), None);
/// ```
#[must_use]
pub fn find_word<'w>(text: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let text = text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    words.into_iter().find(|word| *word == text)
}

fn is_listed(code: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == code)
}

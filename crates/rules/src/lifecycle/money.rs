//! A sum of money that was paid back. No code computes with amounts.

use std::{fmt, num::NonZeroU32};

use serde::{Deserialize, Serialize};

/// A sum of money above zero, in one currency.
///
/// In JSON: `{"cents": 39900, "currency": "EUR"}`; `eur` is read too.
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::Money;
///
/// let amount: Money = serde_json::from_str(r#"{"cents": 39900, "currency": "EUR"}"#)?;
/// assert_eq!((amount.cents(), amount.currency()), (39_900, "EUR"));
/// assert!(serde_json::from_str::<Money>(r#"{"cents": 0, "currency": "EUR"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
// `UncheckedMoney` refuses unknown fields; `deny_unknown_fields` here puts that into the schema.
#[serde(deny_unknown_fields, try_from = "UncheckedMoney")]
pub struct Money {
    /// In the smallest unit of the currency, mostly hundredths. 32 bits are 42 million euros.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4_294_967_295_i64, format = Int64))]
    cents: u32,
    /// Three letters, as ISO 4217 has them.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    currency: String,
}

/// [`Money`] before validation. Each field has its own error, so that a refusal can name the field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedMoney {
    cents: NonZeroU32,
    currency: Currency,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Currency(String);

impl TryFrom<String> for Currency {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let code = text.trim().to_ascii_uppercase();
        is_code(&code).then_some(Self(code)).ok_or("a currency of ISO 4217, such as EUR")
    }
}

impl TryFrom<UncheckedMoney> for Money {
    type Error = MoneyError;

    fn try_from(unchecked: UncheckedMoney) -> Result<Self, MoneyError> {
        Self::new(unchecked.cents.get(), unchecked.currency.0)
    }
}

impl Money {
    /// An amount of `cents` in a `currency`.
    ///
    /// # Errors
    ///
    /// [`MoneyError`] when the amount is zero, or the currency is not three upper-case letters. The currency is not looked up, so that an
    /// old payment stays readable; [`codes::parse_currency`](crate::codes::parse_currency) checks a new one.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::lifecycle::{Money, MoneyError};
    ///
    /// assert!(Money::new(39_900, "EUR").is_ok());
    /// assert_eq!(Money::new(0, "EUR"), Err(MoneyError::Nothing));
    /// assert_eq!(Money::new(39_900, "eur"), Err(MoneyError::Currency));
    /// ```
    pub fn new(cents: u32, currency: impl Into<String>) -> Result<Self, MoneyError> {
        let currency = currency.into();
        if cents == 0 {
            Err(MoneyError::Nothing)
        } else if !is_code(&currency) {
            Err(MoneyError::Currency)
        } else {
            Ok(Self { cents, currency })
        }
    }

    /// In the smallest unit of the currency, mostly hundredths.
    ///
    /// # Example
    ///
    /// ```
    /// # use damage_report_rules::lifecycle::Money;
    /// assert_eq!(Money::new(1_250, "EUR")?.cents(), 1_250);
    /// # Ok::<(), damage_report_rules::lifecycle::MoneyError>(())
    /// ```
    #[must_use]
    pub fn cents(&self) -> u32 {
        self.cents
    }

    /// Three letters, as ISO 4217 has them.
    ///
    /// # Example
    ///
    /// ```
    /// # use damage_report_rules::lifecycle::Money;
    /// assert_eq!(Money::new(1_250, "EUR")?.currency(), "EUR");
    /// # Ok::<(), damage_report_rules::lifecycle::MoneyError>(())
    /// ```
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.currency
    }
}

fn is_code(currency: &str) -> bool {
    currency.len() == 3 && currency.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Why something is not [`Money`].
///
/// # Example
///
/// ```
/// use damage_report_rules::lifecycle::{Money, MoneyError};
///
/// assert_eq!(Money::new(100, "€"), Err(MoneyError::Currency));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// An amount of zero.
    Nothing,
    /// A currency that is not three upper-case letters.
    Currency,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "an amount must be above zero",
            Self::Currency => "a currency must be three upper-case letters",
        })
    }
}

impl std::error::Error for MoneyError {}

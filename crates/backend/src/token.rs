//! Bearer tokens: JWTs signed with HS256, short-lived, each for one order line.
//!
//! A token must say `typ` `JWT`, a `kid` that the configuration lists, and all of `iss`, `aud`, `sub` (the order line),
//! `iat`, `nbf` and `exp`. This module checks times against the shop's own clock; the library checks form and signature.

mod hs256;

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use damage_report_rules::contract::Code;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde::{Deserialize, Serialize};

use crate::{clock::Clock, config::TokenTerms, problem::Refusal};

/// The most that the clock of the shop's own system may be wrong.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// The longest token that is parsed, in bytes. This backend's own have about 350.
const LENGTH_MAX: usize = 4 * 1024;

/// Checks and issues tokens.
#[derive(Clone, Debug)]
pub struct Tokens {
    terms: TokenTerms,
}

/// The access that a valid token grants.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The order line that it gives access to.
    pub order_line: String,
    /// How long it is still valid.
    pub remaining: Duration,
}

/// Why a token is refused. The holder of a valid token does not need the exact reason, and a forger must not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is malformed, forged, for another shop, or not yet valid.
    #[error("the token is not valid")]
    Invalid,
    /// It was valid before.
    #[error("the token has expired")]
    Expired,
    /// It would be valid for longer than the shop allows.
    #[error("the token lives longer than is allowed")]
    Lifetime,
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::new(match error {
            TokenError::Invalid => Code::TokenInvalid,
            TokenError::Expired => Code::TokenExpired,
            TokenError::Lifetime => Code::TokenLifetime,
        })
    }
}

/// The only header fields that are allowed: `jku`, `jwk`, `x5u` and `crit` would let a forger choose the key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// The claims that every token must have. Other claims are ignored.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    nbf: u64,
    exp: u64,
}

impl Tokens {
    /// Tokens on these terms.
    #[must_use]
    pub fn new(terms: TokenTerms) -> Self {
        hs256::install_cipher();
        Self { terms }
    }

    /// The access that `token` grants at `now`.
    ///
    /// # Errors
    ///
    /// [`TokenError`] when it grants none.
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Result<Grant, TokenError> {
        let claims = self.read(token).ok_or(TokenError::Invalid)?;
        let (issued, from, until) = claims.instants().ok_or(TokenError::Invalid)?;
        if until - issued > self.terms.lifetime_max {
            return Err(TokenError::Lifetime);
        }
        let soon = Clock::saturating_add(now, LEEWAY);
        if issued > soon || from > soon || until <= issued {
            return Err(TokenError::Invalid);
        }
        let expires = Clock::saturating_add(until, LEEWAY);
        if now >= expires {
            return Err(TokenError::Expired);
        }
        Ok(Grant { order_line: claims.sub, remaining: (expires - now).to_std().unwrap_or_default() })
    }

    /// Issues a token for `order_line` that is valid for `lifetime` from `now`; none without a key to sign with.
    ///
    /// A shop issues its own tokens. The demo has no shop's system behind it, so it issues them here.
    #[must_use]
    pub fn issue(&self, order_line: &str, now: DateTime<Utc>, lifetime: TimeDelta) -> Option<String> {
        let (kid, secret) = self.terms.keys.iter().next()?;
        let iat = u64::try_from(now.timestamp()).ok()?;
        let claims = Claims {
            iss: self.terms.issuer.clone(),
            aud: self.terms.audience.clone(),
            sub: order_line.to_owned(),
            iat,
            nbf: iat,
            exp: iat.checked_add(u64::try_from(lifetime.num_seconds()).ok()?)?,
        };
        let header = jsonwebtoken::Header { kid: Some(kid.clone()), ..jsonwebtoken::Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret.expose())).ok()
    }

    /// The claims of a token of the right form, signature, issuer and audience. Its times are not checked.
    fn read(&self, token: &str) -> Option<Claims> {
        if token.len() > LENGTH_MAX {
            return None;
        }
        let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: Header = serde_json::from_slice(&header).ok()?;
        if header.alg != "HS256" || !header.typ.eq_ignore_ascii_case("JWT") {
            return None;
        }
        let key = DecodingKey::from_secret(self.terms.keys.get(&header.kid)?.expose());
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &form_and_signature()).ok()?.claims;
        let is_for_us = claims.iss == self.terms.issuer && claims.aud == self.terms.audience && !claims.sub.is_empty();
        is_for_us.then_some(claims)
    }
}

impl Claims {
    /// `iat`, `nbf` and `exp`; none where one of them is beyond chrono's calendar.
    fn instants(&self) -> Option<(DateTime<Utc>, DateTime<Utc>, DateTime<Utc>)> {
        let instant = |seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0);
        Some((instant(self.iat)?, instant(self.nbf)?, instant(self.exp)?))
    }
}

/// The library checks form and signature only: it does not know the shop's clock.
fn form_and_signature() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, hint::black_box};

    use proptest::prelude::*;

    use super::*;
    use crate::config::{TOKEN_LIFETIME_CEILING, TokenSecret};

    const SECRET: &[u8] = b"a secret of no fewer than 32 bytes";

    fn tokens() -> Tokens {
        Tokens::new(TokenTerms {
            issuer: "shop".to_owned(),
            audience: "damage-report".to_owned(),
            lifetime_max: TOKEN_LIFETIME_CEILING,
            keys: HashMap::from([("key".to_owned(), TokenSecret::new(SECRET.to_vec()).unwrap())]),
        })
    }

    proptest! {
        #[test]
        fn no_time_in_a_signed_token_makes_its_check_panic(
            iat in prop_oneof![any::<u64>(), 8_210_266_870_000..8_210_266_880_000_u64, 0..2_000_000_000_u64],
            lifetime in -2_000..2_000_i64, now in prop_oneof![0..2_000_000_000_i64, 8_210_266_870_000..8_210_266_876_800_i64],
        ) {
            let tokens = tokens();
            let Some(now) = DateTime::from_timestamp(now, 0) else { return Ok(()) };
            let (iss, aud, sub) = ("shop".to_owned(), "damage-report".to_owned(), "line".to_owned());
            let claims = Claims { iss, aud, sub, iat, nbf: iat, exp: iat.saturating_add_signed(lifetime) };
            let header = jsonwebtoken::Header { kid: Some("key".to_owned()), ..jsonwebtoken::Header::new(Algorithm::HS256) };
            let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(SECRET)).unwrap();
            let _ = black_box(tokens.check(&token, now));
            for now in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let _ = black_box((tokens.check(&token, now), tokens.issue("line", now, TOKEN_LIFETIME_CEILING)));
            }
        }
    }
}

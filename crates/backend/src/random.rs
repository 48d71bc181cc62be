//! Random references and identifiers.

/// Crockford's base 32, which leaves out letters that look like digits or make words.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The reference of a new claim: `DR-` and ten characters, 50 bits. A key or a token protects the claim; the reference
/// only has to be unique and easy to read out over the phone.
///
/// # Example
///
/// ```
/// let reference = damage_report_backend::random::random_reference();
/// assert!(reference.starts_with("DR-") && reference.len() == 13);
/// ```
#[must_use]
pub fn random_reference() -> String {
    format!("DR-{}", text::<10>())
}

/// The reference that was `typed`: in upper case, and with digits for the letters that Crockford's base 32 leaves out.
///
/// # Example
///
/// ```
/// assert_eq!(damage_report_backend::random::normalise_reference("dr-o7kil9qxa2t"), "DR-07K119QXA2T");
/// ```
#[must_use]
pub fn normalise_reference(typed: &str) -> String {
    let as_digit = |c: char| match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.trim().chars().map(|c| as_digit(c.to_ascii_uppercase())).collect()
}

/// An identifier with 130 random bits.
#[must_use]
pub fn random_id() -> String {
    text::<26>()
}

/// `N` random bytes.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system that gives no random bytes cannot run a server");
    bytes
}

fn text<const N: usize>() -> String {
    // 256 is a multiple of 32, so every character is equally likely.
    random_bytes::<N>().into_iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

//! Names that cannot be guessed.

/// Crockford's base 32: no letter that is taken for a digit or makes a word.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The reference of a new claim: `DR-` and ten characters, 50 bits. A key or a token guards the claim; the reference
/// only has to be unique and easy to read out over the phone.
///
/// # Example
///
/// ```
/// let reference = damage_report_backend::random::reference();
/// assert!(reference.starts_with("DR-") && reference.len() == 13);
/// ```
#[must_use]
pub fn reference() -> String {
    format!("DR-{}", text::<10>())
}

/// The reference that was `typed`: in upper case, and with the digits that Crockford's base 32 reads in letters it leaves out.
///
/// # Example
///
/// ```
/// assert_eq!(damage_report_backend::random::reference_as_given("dr-o7kil9qxa2t"), "DR-07K119QXA2T");
/// ```
#[must_use]
pub fn reference_as_given(typed: &str) -> String {
    let as_digit = |c: char| match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.trim().chars().map(|c| as_digit(c.to_ascii_uppercase())).collect()
}

/// A name with 130 bits of chance in it.
#[must_use]
pub fn name() -> String {
    text::<26>()
}

/// This many random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system that gives no random bytes cannot run a server");
    bytes
}

fn text<const N: usize>() -> String {
    // 256 is a multiple of 32, so that no character is likelier than another.
    bytes::<N>().into_iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

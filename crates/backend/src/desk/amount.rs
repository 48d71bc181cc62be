//! Amounts of money as people type and read them.

/// Currencies whose smallest unit is not a hundredth, with their decimals (ISO 4217).
const NO_DECIMALS: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"];
const THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

fn decimals(currency: &str) -> usize {
    if NO_DECIMALS.contains(&currency) {
        0
    } else if THREE_DECIMALS.contains(&currency) {
        3
    } else {
        2
    }
}

/// The smallest units of `currency` that `typed` means: `1.299,50`, `1,299.50`, `1299,5`, `€ 399` and `399,-` are read; none for anything
/// that could mean two amounts, such as `1.299`, which is a thousand or one and a bit.
pub(super) fn parse_amount(typed: &str, currency: &str) -> Option<u32> {
    let text: String =
        typed.trim().trim_start_matches(['€', '£', '$']).chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.strip_prefix(currency).unwrap_or(&text);
    let text = text.strip_suffix(",-").or_else(|| text.strip_suffix(".-")).unwrap_or(text);
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, ',' | '.')).collect();
    let decimals_max = decimals(currency);
    let (whole, fraction) = match marks.last() {
        None => (text.to_owned(), ""),
        Some(&(at, mark)) => {
            let (whole, fraction) = (&text[..at], &text[at + 1..]);
            if fraction.is_empty() || fraction.len() > decimals_max {
                return None;
            }
            let other = if mark == ',' { '.' } else { ',' };
            (without_groups(whole, other)?, fraction)
        }
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 10 || !is_number(&whole) || !is_number(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<decimals_max$}").parse().ok()
}

/// `whole` without its groups of thousands; none where they are no groups of three.
fn without_groups(whole: &str, mark: char) -> Option<String> {
    let groups: Vec<&str> = whole.split(mark).collect();
    let [first, rest @ ..] = groups.as_slice() else { return None };
    let are_groups = rest.iter().all(|group| group.len() == 3) && (rest.is_empty() || (1..=3).contains(&first.len()));
    are_groups.then(|| groups.concat())
}

/// `units` of `currency`, with `mark` before the decimals.
pub(super) fn format_amount(units: u32, currency: &str, mark: char) -> String {
    let decimals = decimals(currency);
    let digits = format!("{units:0width$}", width = decimals + 1);
    match digits.split_at(digits.len() - decimals) {
        (whole, "") => whole.to_owned(),
        (whole, fraction) => format!("{whole}{mark}{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_type_it() {
        for (typed, cents) in [
            ("399", 39_900),
            (" 399,5 ", 39_950),
            ("399.50", 39_950),
            ("€ 1.299,50", 129_950),
            ("1,299.50", 129_950),
            ("1 299,50", 129_950),
            ("EUR399,-", 39_900),
            ("0,01", 1),
            ("1.234.567,89", 123_456_789),
        ] {
            assert_eq!(parse_amount(typed, "EUR"), Some(cents), "{typed:?}");
        }
    }

    #[test]
    fn an_amount_that_could_mean_two_is_not_read() {
        for typed in [
            "",
            "€",
            "1.299",
            "1,299",
            "39,999",
            "1.2.3",
            "1,2,3",
            "12,34.567",
            "1.29,50",
            "-5",
            "+5",
            "1e3",
            "vijf",
            "5,",
            ",5",
            "99999999999",
            "٣",
        ] {
            assert_eq!(parse_amount(typed, "EUR"), None, "{typed:?}");
        }
    }

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        assert_eq!(
            (parse_amount("1299", "JPY"), parse_amount("12,5", "JPY"), parse_amount("1,125", "KWD")),
            (Some(1299), None, Some(1125))
        );
        assert_eq!(format_amount(1299, "JPY", ','), "1299");
        assert_eq!(format_amount(5, "EUR", ','), "0,05");
    }
}

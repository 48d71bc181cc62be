//! Names and numbers that people type: anything may come, and nothing breaks.

use std::hint::black_box;

use damage_report_rules::{
    evidence::Digest,
    tracking::{
        Carrier, CheckDigit, LENGTH_MAX, TrackingFormat, TrackingHint, candidate_formats, normalise, tracking_hint,
    },
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_digest_travels_there_and_back(bytes in any::<[u8; 32]>()) {
        let digest = Digest::new(bytes);
        prop_assert_eq!(digest.to_string().parse(), Ok(digest));
        let json = serde_json::to_string(&digest).unwrap();
        prop_assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
    }

    #[test]
    fn a_digest_is_64_lower_case_hexadecimal_digits(
        text in "[0-9a-f]{63,65}|[0-9a-f]{20}[0-9A-Fg]{44}|\\PC{0,70}|(\\.\\./){1,20}.*",
    ) {
        let is_one = text.len() == 64 && text.chars().all(|c| "0123456789abcdef".contains(c));
        prop_assert_eq!(text.parse::<Digest>().is_ok(), is_one);
    }

    #[test]
    fn normalising_twice_is_normalising_once(number in any::<String>()) {
        let once = normalise(&number);
        prop_assert_eq!(normalise(&once), once.clone());
        prop_assert!(!once.chars().any(|c| c.is_whitespace() || c.is_ascii_lowercase()));
    }

    #[test]
    fn a_number_means_the_same_however_it_is_spaced(number in "[0-9A-Z]{1,40}", at in 0..40_usize) {
        let mut spaced = number.to_ascii_lowercase();
        spaced.insert_str(at.min(number.len()), " -.\u{a0}\u{200b}\u{2011}");
        prop_assert_eq!(normalise(&spaced), number.clone());
        prop_assert_eq!(candidate_formats(&spaced), candidate_formats(&number));
        for carrier in ["UPS", "PostNL", "Fietskoerier"] {
            prop_assert_eq!(tracking_hint(&spaced, carrier), tracking_hint(&number, carrier));
        }
    }

    #[test]
    fn no_text_makes_candidates_or_hint_panic(
        number in "\\PC*|[0-9OI]{0,45}|(1Z|3S|JJD|JVGL|00|RR)[0-9A-ZÀ-ž]{0,40}", carrier in any::<String>(),
    ) {
        black_box(candidate_formats(&number));
        for carrier in [carrier.as_str(), "UPS", "PostNL", "DHL", "DPD", "GLS", "bpost", "InPost", "FedEx"] {
            black_box(tracking_hint(&number, carrier));
        }
    }

    #[test]
    fn a_name_with_anything_after_it_is_still_the_carriers(rest in "( [A-Za-z0-9 ]{0,20})?") {
        let carrier = Carrier::from_name(&format!("DPD{rest}"));
        prop_assert_eq!(carrier, Some(Carrier::Dpd));
    }

    #[test]
    fn one_wrong_digit_of_an_s10_is_found(serial in 0..100_000_000_u32, at in 2..10_usize, by in 1..10_u8) {
        let agrees = |check: &u8| has_check(&format!("RR{serial:08}{check}NL"), CheckDigit::Passed);
        let fitting: Vec<u8> = (0..10).filter(agrees).collect();
        prop_assert_eq!(fitting.len(), 1);
        let mut number = format!("RR{serial:08}{}NL", fitting[0]).into_bytes();
        number[at] = b'0' + (number[at] - b'0' + by) % 10;
        let number = String::from_utf8(number).unwrap();
        // Eleven remainders have to share ten digits: 5 stands for two of them, and may hide a mistake.
        prop_assert!(has_check(&number, CheckDigit::Failed) || fitting == [5]);
    }

    #[test]
    fn an_unknown_carriers_number_of_letters_and_digits_is_fine(number in "[0-9A-Za-z]{1,60}") {
        let expected = if (8..=LENGTH_MAX).contains(&number.len()) { TrackingHint::Fine } else { TrackingHint::Unusual };
        prop_assert_eq!(tracking_hint(&number, "Fietskoerier Utrecht"), expected);
    }
}

fn has_check(number: &str, check: CheckDigit) -> bool {
    candidate_formats(number)
        .iter()
        .any(|candidate| candidate.format == TrackingFormat::UpuS10 && candidate.check == check)
}

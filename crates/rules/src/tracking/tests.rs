//! The hints, one line a case. The numbers themselves are held against the data in `tests/`.

use super::*;

#[track_caller]
fn check(carrier: &str, number: &str, expected: TrackingHint) {
    assert_eq!(tracking_hint(number, carrier), expected, "{number} by {carrier}");
}

#[test]
fn a_number_of_the_orders_carrier_is_fine() {
    check("UPS", "1Z 999 AA1 01 2345 6784", TrackingHint::Fine);
    check("PostNL", "3SDEVC123456789", TrackingHint::Fine);
    check("PostNL", "RR123456785NL", TrackingHint::Fine);
    check("DHL Parcel", "jvgl 0612 3456 7890 1234", TrackingHint::Fine);
    check("DHL", "3SBCC000123456", TrackingHint::Fine);
    check("DPD", "0998 0000 0200 33", TrackingHint::Fine);
    check("DPD", "0998 0000 0200 33 F", TrackingHint::Fine);
    check("GLS", "XHAX4HDA", TrackingHint::Fine);
    check("InPost", "12345678", TrackingHint::Fine);
}

#[test]
fn no_number_is_no_mistake() {
    check("PostNL", "", TrackingHint::Empty);
    check("", " - ", TrackingHint::Empty);
}

#[test]
fn a_wrong_check_digit_is_told_for_the_carrier_of_the_order_only() {
    check("UPS", "1Z12345E0205271688", TrackingHint::CheckDigitWrong);
    check("UPS", "1Z999AA10132456784", TrackingHint::CheckDigitWrong);
    check("DPD", "09980000020033D", TrackingHint::CheckDigitWrong);
    check("GLS", "364123734779", TrackingHint::CheckDigitWrong);
    check("FedEx", "996578788855", TrackingHint::CheckDigitWrong);
    check("bpost", "RR123456786NL", TrackingHint::CheckDigitWrong);
    check("Mondial Relay", "364123734779", TrackingHint::Fine);
    check("Fietskoerier", "1Z12345E0205271688", TrackingHint::Fine);
}

#[test]
fn a_number_that_fits_one_format_of_the_carrier_fits() {
    // Its check digit is DHL Express's, and nothing is wrong with ten digits being no other DHL number.
    check("DHL", "3318810025", TrackingHint::Fine);
    // Chronopost numbers of the postal shape are seen with any check digit.
    check("Chronopost", "XR123456789FR", TrackingHint::Fine);
}

#[test]
fn a_letter_for_a_digit_is_told_and_so_is_a_digit_for_a_letter() {
    check("UPS", "IZ999AA10123456784", TrackingHint::LetterForDigit);
    check("PostNL", "3SABCD12345678O", TrackingHint::LetterForDigit);
    check("DHL", "JJDO099999999", TrackingHint::LetterForDigit);
    check("DPD", "O998OOOOO2OO33", TrackingHint::LetterForDigit);
    check("PostNL", "3SP0ST123456789", TrackingHint::LetterForDigit);
    check("bpost", "RR123456785N0", TrackingHint::LetterForDigit);
}

#[test]
fn a_number_that_gives_another_carrier_away_names_it() {
    check("PostNL", "1Z999AA10123456784", TrackingHint::OtherCarrier(Carrier::Ups));
    check("DPD", "3SDEVC123456789", TrackingHint::OtherCarrier(Carrier::PostNl));
    check("PostNL", "3SABCD12345678", TrackingHint::OtherCarrier(Carrier::Dhl));
    check("PostNL", "JVGL9999999999", TrackingHint::OtherCarrier(Carrier::Dhl));
    check("UPS", "09980000020033F", TrackingHint::OtherCarrier(Carrier::Dpd));
    // Twelve digits may be anyone's.
    check("UPS", "986578788855", TrackingHint::Unusual);
}

#[test]
fn a_number_of_no_shape_of_the_carrier_is_unusual() {
    check("PostNL", "12345", TrackingHint::Unusual);
    check("PostNL", "geen idee", TrackingHint::Unusual);
    check("UPS", "ABCDEFGHIJKLMNOP", TrackingHint::Unusual);
    check("DPD", &"1".repeat(41), TrackingHint::Unusual);
}

#[test]
fn a_carrier_whose_numbers_are_not_known_may_have_any() {
    check("Fietskoerier", "ABCD1234", TrackingHint::Fine);
    check("Fietskoerier", &"A".repeat(40), TrackingHint::Fine);
    check("Fietskoerier", "ABCD123", TrackingHint::Unusual);
    check("Fietskoerier", &"A".repeat(41), TrackingHint::Unusual);
    check("Fietskoerier", "weet ik niet €", TrackingHint::Unusual);
    // Of bpost and Correos, only the format that all posts share is known.
    check("bpost", "323299999999999999999999", TrackingHint::Fine);
    check("Correos", "PQ4F6P0704123560141080Z", TrackingHint::Fine);
}

#[test]
fn a_carrier_is_known_however_a_shop_writes_it() {
    for (name, carrier) in [
        ("PostNL", Carrier::PostNl),
        ("post nl", Carrier::PostNl),
        ("PostNL Pakketten", Carrier::PostNl),
        ("DHL-Parcel", Carrier::Dhl),
        ("DHL eCommerce", Carrier::Dhl),
        ("D.P.D.", Carrier::Dpd),
        (" GLS Netherlands", Carrier::Gls),
        ("UPS Standard", Carrier::Ups),
        ("bpost", Carrier::Bpost),
        ("Mondial Relay", Carrier::MondialRelay),
        ("MONDIALRELAY", Carrier::MondialRelay),
        ("InPost", Carrier::MondialRelay),
        ("La Poste Colissimo", Carrier::LaPoste),
        ("Chronopost", Carrier::Chronopost),
        ("Deutsche Post", Carrier::Dhl),
        ("FedEx Express", Carrier::Fedex),
        ("Correos Express", Carrier::Correos),
    ] {
        assert_eq!(Carrier::from_name(name), Some(carrier), "{name}");
        assert_eq!(Carrier::from_name(carrier.name()), Some(carrier), "{name}");
    }
    for name in ["", " ", "Upsala Express", "Fietskoerier", "DHLX", "de post"] {
        assert_eq!(Carrier::from_name(name), None, "{name}");
    }
}

#[test]
fn only_what_stands_between_characters_is_taken_away() {
    assert_eq!(normalise("\u{feff}3s–devc\u{a0}123.456\u{200d}-789\u{202c}\r\n"), "3SDEVC123456789");
    assert_eq!(normalise("O0I1l"), "O0I1L");
    assert_eq!(normalise("3S/DEVC#1"), "3S/DEVC#1");
    assert_eq!(normalise("\u{7}\0"), "\u{7}\0");
}

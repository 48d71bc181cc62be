//! The table of the other customers' claims.

use damage_report_rules::{
    advice::Advice,
    claim::Wish,
    contract::DeviceGrade,
    damage::Damage,
    evidence::{Absence, Absences},
};

use crate::demo::pictures::{BLACK, Colours, SILVER, WHITE};

/// When the customer reported, as the reporting window sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReportTiming {
    InTime,
    Late,
}

/// A step of the shop.
#[derive(Clone, Copy, Debug)]
pub(super) enum ShopStep {
    Investigate,
    Conclude,
    AskForLabel(&'static str),
    IssueLabel,
    HandOver,
    Receive,
    Refund(u32),
    RefundPart(u32),
    Replace(&'static str),
    Decline(&'static str),
}

pub(super) struct OtherClaim {
    /// The number of the order.
    pub(super) number: u16,
    pub(super) device: &'static str,
    pub(super) grade: DeviceGrade,
    pub(super) carrier: &'static str,
    pub(super) tracking_number: &'static str,
    /// How many working days ago it was reported.
    pub(super) days: usize,
    pub(super) reported: ReportTiming,
    pub(super) colours: Colours,
    pub(super) damage: &'static [Damage],
    pub(super) description: &'static str,
    pub(super) wish: Option<Wish>,
    pub(super) missing: Absences,
    /// The advice on the first photo of the device, which the customer sent all the same.
    pub(super) poor: Option<Advice>,
    /// At most as many steps as working days.
    pub(super) then: &'static [ShopStep],
}

const NOTHING_MISSING: Absences = Absences { packaging: None, label: None };

/// An order of a claim about which nothing is special.
const PLAIN: OtherClaim = OtherClaim {
    number: 0,
    device: "",
    grade: DeviceGrade::Good,
    carrier: "PostNL",
    tracking_number: "",
    days: 1,
    reported: ReportTiming::InTime,
    colours: BLACK,
    damage: &[Damage::ScreenBroken],
    description: "",
    wish: None,
    missing: NOTHING_MISSING,
    poor: None,
    then: &[],
};

pub(super) const OTHER_CLAIMS: [OtherClaim; 15] = [
    OtherClaim {
        number: 1961,
        device: "Samsung Galaxy A54 128 GB, zwart",
        tracking_number: "JVGL0612345678901234",
        carrier: "DHL",
        days: 5,
        damage: &[Damage::ScreenBroken, Damage::CasingBroken],
        description: "Scherm kapot en de achterkant ook. Er zat geen bubbeltjesplastic omheen.",
        wish: Some(Wish::Replacement),
        then: &[ShopStep::Investigate],
        ..PLAIN
    },
    OtherClaim {
        number: 1968,
        device: "iPhone 12 64 GB, wit",
        grade: DeviceGrade::Fair,
        tracking_number: "3SNGEN196800011",
        days: 4,
        colours: WHITE,
        damage: &[Damage::Dent, Damage::Buttons],
        description: "De rand is ingedeukt bij de aan-uitknop. Die blijft nu hangen.",
        missing: Absences { packaging: None, label: Some(Absence::Unreadable) },
        ..PLAIN
    },
    OtherClaim {
        number: 1973,
        device: "MacBook Pro 14\" (M1 Pro) 512 GB, spacegrijs",
        grade: DeviceGrade::Excellent,
        carrier: "UPS",
        tracking_number: "1Z999AA10123456784",
        days: 3,
        colours: SILVER,
        damage: &[Damage::ScreenBroken, Damage::Display],
        description: "Bij het openen zat er een barst over het hele scherm. De hoek van de doos was ingedrukt.",
        wish: Some(Wish::Refund),
        then: &[ShopStep::Investigate],
        ..PLAIN
    },
    OtherClaim {
        number: 1974,
        device: "iPad Air (5e generatie) 64 GB, blauw",
        carrier: "DPD",
        tracking_number: "05222750011223",
        days: 3,
        colours: SILVER,
        damage: &[Damage::CasingBroken],
        description: "Barst in de achterkant, van de camera tot de onderrand.",
        missing: Absences { packaging: Some(Absence::Discarded), label: None },
        wish: Some(Wish::Replacement),
        ..PLAIN
    },
    OtherClaim {
        number: 1932,
        device: "Apple Watch SE 44 mm, middernacht",
        tracking_number: "3SNGEN193200022",
        days: 3,
        reported: ReportTiming::Late,
        damage: &[Damage::DoesNotStart],
        description: "Ik was op vakantie en heb de doos nu pas opengemaakt. Hij gaat niet aan en het glas zit los.",
        ..PLAIN
    },
    OtherClaim {
        number: 1980,
        device: "Fairphone 4 256 GB, groen",
        grade: DeviceGrade::Premium,
        tracking_number: "3SNGEN198000033",
        days: 2,
        damage: &[Damage::Camera, Damage::Scratches],
        description: "De lens is gebarsten en foto’s zijn wazig.",
        wish: Some(Wish::Replacement),
        then: &[ShopStep::IssueLabel],
        ..PLAIN
    },
    OtherClaim {
        number: 1981,
        device: "Samsung Galaxy Tab S8 128 GB, zilver",
        carrier: "DHL",
        tracking_number: "JVGL0612345678905678",
        days: 2,
        colours: SILVER,
        damage: &[Damage::ScreenBroken],
        description: "Scherm gebarsten.",
        missing: Absences { packaging: None, label: Some(Absence::Other) },
        then: &[ShopStep::AskForLabel("Op welke doos zat het label? Een foto van de plek is al genoeg.")],
        ..PLAIN
    },
    OtherClaim {
        number: 1983,
        device: "Lenovo ThinkPad T14 (2e generatie) 512 GB",
        grade: DeviceGrade::Fair,
        carrier: "GLS",
        tracking_number: "40212345678",
        damage: &[Damage::Charging, Damage::CasingBroken],
        description: "De laadpoort is krom en de behuizing staat daar open.",
        poor: Some(Advice::Dark),
        ..PLAIN
    },
    OtherClaim {
        number: 1984,
        device: "Sony PlayStation 5 825 GB, wit",
        grade: DeviceGrade::Excellent,
        carrier: "UPS",
        tracking_number: "1Z12345E0205271688",
        colours: WHITE,
        damage: &[Damage::Dent, Damage::Sound],
        description: "Flinke deuk opzij en de ventilator maakt een ratelend geluid.",
        wish: Some(Wish::Replacement),
        ..PLAIN
    },
    OtherClaim {
        number: 1941,
        device: "iPhone 14 128 GB, paars",
        grade: DeviceGrade::Excellent,
        tracking_number: "3SNGEN194100044",
        reported: ReportTiming::Late,
        damage: &[Damage::ScreenBroken],
        description: "Het was een cadeau en is gisteren pas uitgepakt.",
        wish: Some(Wish::Refund),
        missing: Absences { packaging: Some(Absence::Discarded), label: Some(Absence::Discarded) },
        ..PLAIN
    },
    OtherClaim {
        number: 1985,
        device: "Google Pixel 7 128 GB, citroengras",
        tracking_number: "3SNGEN198500055",
        colours: WHITE,
        damage: &[Damage::Display],
        description: "Groene streep over het beeld, en een barst onderin.",
        poor: Some(Advice::Blurred),
        ..PLAIN
    },
    OtherClaim {
        number: 1952,
        device: "iPhone 13 mini 128 GB, zwart",
        tracking_number: "3SNGEN195200066",
        days: 7,
        damage: &[Damage::ScreenBroken],
        description: "Gebarsten aangekomen.",
        wish: Some(Wish::Refund),
        then: &[
            ShopStep::Investigate,
            ShopStep::IssueLabel,
            ShopStep::HandOver,
            ShopStep::Receive,
            ShopStep::Refund(34_900),
            ShopStep::Conclude,
        ],
        ..PLAIN
    },
    OtherClaim {
        number: 1955,
        device: "Microsoft Surface Pro 8 256 GB, platina",
        carrier: "DHL",
        tracking_number: "JVGL0612345678909012",
        days: 7,
        colours: SILVER,
        damage: &[Damage::ScreenBroken, Damage::Display],
        description: "Het glas is versplinterd.",
        wish: Some(Wish::Replacement),
        then: &[ShopStep::IssueLabel, ShopStep::HandOver, ShopStep::Receive, ShopStep::Replace("RR473124829NL")],
        ..PLAIN
    },
    OtherClaim {
        number: 1958,
        device: "Bose QuietComfort 45, zwart",
        tracking_number: "3SNGEN195800077",
        days: 6,
        damage: &[Damage::Scratches],
        description: "Krassen op de linkerschelp.",
        then: &[ShopStep::Decline(
            "Deze krassen passen bij de conditie Goed, zoals die op de bestelpagina staat. Op de foto’s is geen andere schade te zien.",
        )],
        ..PLAIN
    },
    OtherClaim {
        number: 1947,
        device: "Nintendo Switch Lite 32 GB, geel",
        grade: DeviceGrade::Fair,
        tracking_number: "3SNGEN194700088",
        days: 8,
        colours: WHITE,
        damage: &[Damage::Dent],
        description: "Klein deukje in de hoek. Hij doet het verder goed.",
        then: &[ShopStep::RefundPart(2_500)],
        ..PLAIN
    },
];

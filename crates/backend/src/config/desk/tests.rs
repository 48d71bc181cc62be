//! Desks that are taken, and the sentences that refuse others.

use chrono_tz::Tz;

use super::{super::Config, DeskSettings, Role};

const GOOD: &str = r#"
data = "/tmp/x"
allowed_origins = []
shop = { name = "Voorbeeld", contact_url = "https://shop.example/contact" }
tokens = { issuer = "i", audience = "a", current = { kid = "k", secret = "a secret of no fewer than 32 bytes" } }
[desk]
idle_minutes = 20
session_hours = 8
zone = "Europe/Lisbon"
currency = "eur"
[[desk.people]]
name = "Anna"
role = "decide"
key = "the-key-of-anna-with-more-than-32-characters"
[[desk.people]]
name = "Bram"
role = "look"
key = "the-key-of-bram-with-more-than-32-characters"
"#;

const ANNA: &str = "the-key-of-anna-with-more-than-32-characters";
const BRAM: &str = "the-key-of-bram-with-more-than-32-characters";

/// The desk of [`GOOD`] with `to` for `from`, where the environment has `keys`.
fn parse(from: &str, to: &str, keys: Option<&str>) -> Result<DeskSettings, String> {
    assert!(GOOD.contains(from), "{from}");
    let environment = |name: &str| keys.filter(|_| name == "DAMAGE_REPORT_DESK_KEYS").map(str::to_owned);
    let config = Config::parse(&GOOD.replacen(from, to, 1), environment).map_err(|error| error.to_string())?;
    Ok(config.desk.expect("there is a desk"))
}

#[test]
fn a_desk_is_as_its_table_says() {
    let desk = parse("", "", None).unwrap();
    assert_eq!((desk.idle_max.num_minutes(), desk.session_max.num_hours()), (20, 8));
    assert_eq!((desk.zone, desk.currency.as_str(), desk.demo_key.is_none()), (Tz::Europe__Lisbon, "EUR", true));
    let people: Vec<_> = desk.people.iter().map(|person| (person.name.as_str(), person.role)).collect();
    assert_eq!(people, [("Anna", Role::Decide), ("Bram", Role::Look)]);
    assert_eq!(desk.person_with_key(BRAM).unwrap().name, "Bram");
    assert!(!format!("{desk:?}").contains("the-key-of"));
}

#[test]
fn the_keys_may_come_from_the_environment() {
    let key = format!("key = \"{ANNA}\"");
    let desk = parse(&key, "", Some("Anna=another-key-of-more-than-32-characters=,")).unwrap();
    assert_eq!(desk.person_with_key("another-key-of-more-than-32-characters=").unwrap().name, "Anna");
    let desk = parse("", "", Some("Bram=another-key-of-more-than-32-characters")).unwrap();
    assert!(desk.person_with_key(BRAM).is_none(), "the environment goes before the file");
}

#[test]
fn each_setting_that_cannot_be_is_named_with_its_line() {
    let no_people = GOOD.split_once("[[desk.people]]").map(|(_, people)| format!("[[desk.people]]{people}")).unwrap();
    let long = "n".repeat(61);
    for (from, to, begins) in [
        (no_people.as_str(), "", "line 6: desk.people must name at least one person"),
        ("name = \"Anna\"", "", "line 11: desk.people[0].name is missing"),
        ("\"Anna\"", "\" \"", "line 12: desk.people[0].name must be a name of 1 to 60 characters"),
        ("\"Anna\"", &format!("\"{long}\""), "line 12: desk.people[0].name must be a name"),
        ("\"Anna\"", "\"Anna, Zaal 2\"", "line 12: desk.people[0].name must be a name"),
        ("\"Anna\"", "\"Anna=1\"", "line 12: desk.people[0].name must be a name"),
        ("\"Anna\"", "\"An\\u0007na\"", "line 12: desk.people[0].name must be a name"),
        (
            "\"Bram\"",
            "\" Anna \"",
            "line 16: desk.people[1].name must be a name of 1 to 60 characters that nobody else has",
        ),
        ("role = \"decide\"", "", "line 11: desk.people[0].role is missing"),
        ("\"decide\"", "\"admin\"", "line 13: desk.people[0].role must be look or decide"),
        (ANNA, "short", "line 14: desk.people[0].key must be 32 characters or more"),
        (&format!("key = \"{ANNA}\""), "", "line 11: desk.people[0].key must be 32 characters or more"),
        (BRAM, ANNA, "line 18: desk.people[1].key must be 32 characters or more, and nobody else's"),
        (
            "role = \"look\"",
            "roles = \"look\"",
            "line 17: desk.people[1].roles is unknown; known settings: name, role, key",
        ),
        ("idle_minutes = 20", "idle_minutes = 0", "line 7: desk.idle_minutes must be 1 to 1440"),
        ("idle_minutes = 20", "idle_minutes = 1441", "line 7: desk.idle_minutes must be 1 to 1440"),
        ("idle_minutes = 20", "idle_minutes = \"20\"", "line 7: desk.idle_minutes must be a whole number"),
        ("session_hours = 8", "session_hours = 0", "line 8: desk.session_hours must be 1 to 168"),
        ("session_hours = 8", "session_hours = 169", "line 8: desk.session_hours must be 1 to 168"),
        ("Europe/Lisbon", "Lissabon", "line 9: desk.zone must be a time zone"),
        ("\"eur\"", "\"euro\"", "line 10: desk.currency must be a currency of ISO 4217"),
        ("currency = \"eur\"", "transport = \"plain\"", "line 10: desk.transport is unknown"),
        ("currency = \"eur\"", "demo_key = \"x\"", "line 10: desk.demo_key is unknown"),
    ] {
        let said = parse(from, to, None).expect_err(to);
        assert!(said.starts_with(begins), "{to:?} gives {said:?}, which does not begin with {begins:?}");
        assert!(!said.contains(ANNA), "{said}");
    }
}

#[test]
fn what_the_environment_says_wrong_is_told_with_its_variable() {
    for (keys, says) in [
        ("Cees=another-key-of-more-than-32-characters", "DAMAGE_REPORT_DESK_KEYS: each entry must be NAME=KEY"),
        ("another-key-of-more-than-32-characters", "DAMAGE_REPORT_DESK_KEYS: each entry must be NAME=KEY"),
        ("Anna=short", "DAMAGE_REPORT_DESK_KEYS: desk.people[0].key must be"),
        (&format!("Anna={BRAM}"), "line 18: desk.people[1].key must be 32 characters or more, and nobody else's"),
    ] {
        let said = parse("", "", Some(keys)).expect_err(keys);
        assert!(said.starts_with(says) && !said.contains(BRAM), "{keys:?} gives {said:?}");
    }
    let no_desk = GOOD.split_once("[desk]").unwrap().1;
    let said = parse(&format!("[desk]{no_desk}"), "", Some("Anna=x")).unwrap_err();
    assert_eq!(said, "DAMAGE_REPORT_DESK_KEYS is set: say who has the keys in desk.people of the file too");
}

//! Configurations that are taken, and the sentences that refuse others.

use std::path::PathBuf;

use super::Config;

const GOOD: &str = r#"
    data = "/tmp/x"
    allowed_origins = ["https://shop.example"]
    seller_keys = ["a-seller-key-of-at-least-32-characters"]
    [shop]
    name = "Voorbeeld"
    contact_url = "https://shop.example/contact"
    [tokens]
    issuer = "https://shop.example"
    audience = "damage-report"
    current = { kid = "2026-11", secret = "a secret of no fewer than 32 bytes" }
"#;

fn sentence(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the good file does not say {from}");
    Config::parse(&GOOD.replace(from, to), |_| None).unwrap_err().to_string()
}

#[test]
fn each_setting_that_cannot_be_is_named() {
    for (from, to, names) in [
        (r#"data = "/tmp/x""#, "", "data must name"),
        ("https://shop.example\"]", "*\"]", "allowed_origins"),
        ("https://shop.example\"]", "https://shop.example/\"]", "allowed_origins"),
        ("https://shop.example\"]", "https://shop.example:443\"]", "allowed_origins"),
        ("a-seller-key-of-at-least-32-characters", "short", "seller_keys"),
        ("Voorbeeld", " ", "shop.name"),
        ("https://shop.example/contact", "javascript:alert(1)", "shop.contact_url"),
        ("a secret of no fewer than 32 bytes", "", "tokens.current.secret"),
        ("a secret of no fewer than 32 bytes", "short", "DAMAGE_REPORT_TOKEN_SECRET"),
        ("audience = ", "lifetime_minutes_max = 16\naudience = ", "lifetime_minutes_max must be 1 to 15"),
        (
            "[tokens]",
            "[policy]\ndevice_photos = 2\n[tokens]",
            "policy.device_photos cannot be so: at least 3 photos of the device",
        ),
        (
            "[tokens]",
            "[policy]\nreporting_days = 0\n[tokens]",
            "policy.reporting_days cannot be so: the reporting window",
        ),
        ("[tokens]", "[limits]\nconcurrent_requests = 0\n[tokens]", "limits.concurrent_requests must be 1 to"),
        ("[tokens]", "[limits]\nphoto = 0\n[tokens]", "limits.photo is unknown"),
    ] {
        let said = sentence(from, to);
        assert!(said.contains(names), "{to:?} gives {said:?}, which does not name {names:?}");
    }
}

#[test]
fn each_sentence_says_at_which_line_the_setting_stands() {
    let with = |from: &str, to: &str| sentence(from, to);
    for (from, to, begins) in [
        ("[\"https://shop.example\"]", "[\n\"https://shop.example\",\n\"*\"]", "line 5: allowed_origins[1] must be"),
        ("[\"a-seller-key-of-at-least-32-characters\"]", "[\"a-seller-key\"]", "line 4: seller_keys[0] must be"),
        ("[shop]", "trusted_proxies = [\"10.0.0.1\", \"10.0.0.300\"]\n[shop]", "line 5: trusted_proxies[1] must be"),
        (
            "[shop]",
            "trusted_proxies = [\"10.0.0.1/8\"]\n[shop]",
            "line 5: trusted_proxies[0] must be an address without a prefix, or the range 10.0.0.0/8",
        ),
        ("[shop]", "trusted_proxies = \"10.0.0.1\"\n[shop]", "line 5: trusted_proxies must be a list"),
        ("[shop]", "listen = \"localhost\"\n[shop]", "line 5: listen must be an address and a port"),
        ("[shop]", "listen = 8080\n[shop]", "line 5: listen must be a text"),
        ("[shop]", "[shops]\n[shop]", "line 5: shops is unknown; known settings: listen, data"),
        ("Voorbeeld", "", "line 6: shop.name must be"),
        ("name = \"Voorbeeld\"", "", "line 5: shop.name is missing"),
        ("https://shop.example/contact", "www.shop.example", "line 7: shop.contact_url must be"),
        ("issuer = \"https://shop.example\"", "issuer = \"\"", "line 9: tokens.issuer must be"),
        ("kid = \"2026-11\", ", "", "line 11: tokens.current.kid is missing"),
        ("a secret of no fewer than 32 bytes", "short", "line 11: tokens.current.secret must be 32 bytes or more"),
        ("[tokens]", "[limits]\nhead_seconds = 0\n[tokens]", "line 9: limits.head_seconds must be 1 to 3600"),
        ("[tokens]", "[limits]\nconnections = 99999999\n[tokens]", "line 9: limits.connections must be 1 to 1000000"),
        ("[tokens]", "[limits]\ndraft_days = -1\n[tokens]", "line 9: limits.draft_days must be a whole number of 0 to"),
        ("[tokens]", "[retention]\nclosed_days = 0\n[tokens]", "line 9: retention.closed_days must be 1 to 3650"),
        ("[tokens]", "[retention]\nclosed_days = 3651\n[tokens]", "line 9: retention.closed_days must be 1 to 3650"),
        ("[tokens]", "[retention]\nopen_days = 9\n[tokens]", "line 9: retention.open_days is unknown"),
        ("[tokens]", "[policy]\nlate = \"never\"\n[tokens]", "line 9: policy.late must be refuse or accept"),
        (
            "[tokens]",
            "[policy]\nreporting_days = \"3\"\n[tokens]",
            "line 9: policy.reporting_days must be a whole number of 0 to 255",
        ),
        ("[tokens]", "[policy]\nlabel_photos = 0\n[tokens]", "line 9: policy.label_photos cannot be so"),
        ("[tokens]", "[policy]\nphoto_side_min = 0\n[tokens]", "line 9: policy.photo_side_min cannot be so"),
        (
            "[tokens]",
            "[holidays.Nederland]\nyears = []\ndates = []\n[tokens]",
            "line 8: holidays.Nederland must be a country",
        ),
        (
            "[tokens]",
            "[holidays.NL]\nyears = [26]\ndates = []\n[tokens]",
            "line 9: holidays.NL.years[0] must be a year",
        ),
        (
            "[tokens]",
            "[holidays.NL]\nyears = [2026]\ndates = [\n\"25-12-2026\"]\n[tokens]",
            "line 11: holidays.NL.dates[0] must be a date",
        ),
        (
            "[tokens]",
            "[holidays.NL]\nyears = [2026]\ndates = [\"2027-12-25\"]\n[tokens]",
            "line 10: holidays.NL.dates[0] must be in one of the years",
        ),
        ("[tokens]", "[holidays.NL]\nyears = [2026]\n[tokens]", "line 8: holidays.NL.dates is missing"),
        ("name = \"Voorbeeld\"", "name = Voorbeeld", "line 6: name is not valid TOML"),
        ("[tokens]", "[tokens", "line 8: this is not valid TOML"),
        (
            "data = \"/tmp/x\"",
            "",
            "data must name the folder for database and photos (or set DAMAGE_REPORT_DATA) (not set in the file)",
        ),
    ] {
        let said = with(from, to);
        assert!(said.starts_with(begins), "{to:?} gives {said:?}, which does not begin with {begins:?}");
    }
}

#[test]
fn what_the_environment_says_wrong_is_told_with_its_variable() {
    for (variable, value, begins) in [
        ("DAMAGE_REPORT_LISTEN", "8080", "DAMAGE_REPORT_LISTEN: listen must be"),
        ("DAMAGE_REPORT_DATA", "", "DAMAGE_REPORT_DATA: data must name"),
        ("DAMAGE_REPORT_TOKEN_SECRET", "short", "DAMAGE_REPORT_TOKEN_SECRET: tokens.current.secret must be"),
        ("DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS", "short", "DAMAGE_REPORT_TOKEN_SECRET_PREVIOUS is set: say"),
        ("DAMAGE_REPORT_SELLER_KEYS", "short", "DAMAGE_REPORT_SELLER_KEYS: seller_keys[0] must be"),
        ("DAMAGE_REPORT_SELLER_KEYS", " , ", "DAMAGE_REPORT_SELLER_KEYS: seller_keys[0] must be"),
    ] {
        let refused = Config::parse(GOOD, |name| (name == variable).then(|| value.to_owned()));
        let said = refused.unwrap_err().to_string();
        assert!(said.starts_with(begins), "{variable}={value:?}: {said}");
    }
}

#[test]
fn nearly_right_settings_are_understood() {
    let environment = |name: &str| {
        (name == "DAMAGE_REPORT_SELLER_KEYS").then(|| format!("{}, {},\n", "k".repeat(32), "l".repeat(32)))
    };
    let toml = GOOD.replace("[tokens]", "[holidays.de-by]\nyears = [2026]\ndates = [2026-06-04]\n[tokens]");
    let toml = format!("\u{feff}{}", toml.replace("\"https://shop.example\"]", "\"HTTPS://shop.example\"]"));
    let config = Config::parse(&toml.replace('\n', "\r\n"), environment).unwrap();
    assert_eq!(config.seller_keys.len(), 2, "a comma too many is no key");
    assert!(config.holidays.of_place("DE-BY").contains("2026-06-04".parse().unwrap()));
    assert_eq!(config.allowed_origins, ["https://shop.example"]);
}

#[test]
fn no_sentence_repeats_a_secret() {
    for (from, to) in [
        ("secret = \"a secret", "secret = hunter2 \"a secret"),
        ("{ kid", "{ hunter3 = 4, kid"),
        ("[\"a-seller-key-of-at-least-32-characters\"]", "\"hunter2\""),
        ("secret = \"a secret of no fewer than 32 bytes\"", "secret = [\"hunter2\"]"),
        ("current = { kid = \"2026-11\", secret = \"a secret of no fewer than 32 bytes\" }", "current = \"hunter2\""),
    ] {
        let said = sentence(from, to);
        assert!(!said.contains("hunter2") && !said.contains("a secret"), "{said}");
    }
}

#[test]
fn the_environment_goes_before_the_file() {
    let environment = |name: &str| match name {
        "DAMAGE_REPORT_LISTEN" => Some("0.0.0.0:9000".to_owned()),
        "DAMAGE_REPORT_DATA" => Some("/srv/claims".to_owned()),
        "DAMAGE_REPORT_TOKEN_SECRET" => Some("another secret, of 32 bytes or more".to_owned()),
        _ => None,
    };
    let config = Config::parse(GOOD, environment).unwrap();
    assert_eq!(config.listen.port(), 9000);
    assert_eq!(config.data, PathBuf::from("/srv/claims"));
    assert!(config.tokens.keys["2026-11"].expose().starts_with(b"another"));
}

#[test]
fn an_origin_is_kept_in_lower_case() {
    let config = Config::parse(&GOOD.replace("https://shop.example\"]", "https://SHOP.example\"]"), |_| None);
    assert_eq!(config.unwrap().allowed_origins, ["https://shop.example"]);
}

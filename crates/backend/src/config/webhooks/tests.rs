//! Endpoints that are taken, and the sentences that refuse others.

use super::super::{Config, check_webhook_variables};
use crate::public_address::{LoopbackRule, Scheme};

const GOOD: &str = r#"
data = "/tmp/x"
allowed_origins = []
shop = { name = "Voorbeeld", contact_url = "https://shop.example/contact" }
tokens = { issuer = "i", audience = "a", current = { kid = "k", secret = "a secret of no fewer than 32 bytes" } }
[[webhooks]]
name = "help-desk"
url = "https://desk.example/hooks?shop=1"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"#;

fn parse(from: &str, to: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    assert!(GOOD.contains(from), "{from}");
    let environment =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Config::parse(&GOOD.replace(from, to), environment).map_err(|error| error.to_string())
}

#[test]
fn an_endpoint_is_told_of_everything_where_it_does_not_say_of_what() {
    let config = parse("", "", &[]).unwrap();
    let endpoint = &config.webhooks[0];
    assert_eq!(endpoint.types, damage_report_rules::contract::ClaimEventType::ALL);
    assert_eq!((endpoint.secrets.len(), endpoint.secrets[0].expose().len()), (1, 24));
    assert_eq!((endpoint.scheme(), endpoint.loopback), (Scheme::Https, LoopbackRule::Refused));
    assert!(!format!("{config:?}").contains("MfKQ"));
    assert!(!format!("{config:?}").contains("0x31") && !format!("{config:?}").contains("49, 242"));
}

#[test]
fn the_secrets_may_come_from_the_environment() {
    let long = format!("whsec_{}", "A".repeat(84) + "AA==");
    let variables = [
        ("DAMAGE_REPORT_WEBHOOK_SECRET_HELP_DESK", long.as_str()),
        ("DAMAGE_REPORT_WEBHOOK_PREVIOUS_SECRET_HELP_DESK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ];
    let config = parse("secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"", "", &variables).unwrap();
    let lengths: Vec<usize> = config.webhooks[0].secrets.iter().map(|secret| secret.expose().len()).collect();
    assert_eq!(lengths, [64, 24]);
    let refused = parse("", "", &[("DAMAGE_REPORT_WEBHOOK_SECRET_HELP_DESK", "hunter2")]).unwrap_err();
    let begins = "DAMAGE_REPORT_WEBHOOK_SECRET_HELP_DESK: webhooks[0].secret must be whsec_";
    assert!(refused.starts_with(begins) && !refused.contains("hunter2"), "{refused}");
}

#[test]
fn a_variable_for_no_endpoint_is_refused() {
    let config = parse("", "", &[]).unwrap();
    let check = |name: &str| check_webhook_variables(&config, [name.to_owned()].into_iter());
    for known in ["DAMAGE_REPORT_WEBHOOK_SECRET_HELP_DESK", "DAMAGE_REPORT_WEBHOOK_PREVIOUS_SECRET_HELP_DESK", "HOME"] {
        assert!(check(known).is_ok(), "{known}");
    }
    let said = check("DAMAGE_REPORT_WEBHOOK_SECRET_HELPDESK").unwrap_err().to_string();
    assert_eq!(said, "DAMAGE_REPORT_WEBHOOK_SECRET_HELPDESK is set, and no webhook of the file has that name");
}

#[test]
fn this_machine_is_called_where_the_configuration_says_so() {
    for url in ["http://localhost:9000/", "http://127.0.0.1:9000/", "http://[::1]:9000/", "https://127.0.0.1/"] {
        let with = format!("{url}\"\nallow_loopback = true\nsecret");
        assert!(parse("https://desk.example/hooks?shop=1\"\nsecret", &with, &[]).is_ok(), "{url}");
        assert!(parse("https://desk.example/hooks?shop=1", url, &[]).is_err(), "{url}");
    }
}

#[test]
fn each_setting_that_cannot_be_is_named_with_its_line() {
    let twice = GOOD.split_once("[[webhooks]]").map(|(_, table)| format!("[[webhooks]]{table}[[webhooks]]")).unwrap();
    let many = "[[webhooks]]\nname = \"x\"\nurl = \"\"\n".repeat(17) + "[[webhooks]]";
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let url = "https://desk.example/hooks?shop=1";
    for (from, to, begins) in [
        ("name = \"help-desk\"", "", "line 6: webhooks[0].name is missing"),
        ("help-desk", "", "line 7: webhooks[0].name must be a name"),
        ("help-desk", "help_desk", "line 7: webhooks[0].name must be a name"),
        ("help-desk", "Helpdesk", "line 7: webhooks[0].name must be a name"),
        ("help-desk", "-desk", "line 7: webhooks[0].name must be a name"),
        ("[[webhooks]]", &twice, "line 11: webhooks[1].name must be a name that no other"),
        ("[[webhooks]]", &many, "line 6: webhooks may be 16 at most"),
        (url, "desk.example", "line 8: webhooks[0].url must be an address"),
        (url, "ftp://desk.example", "line 8: webhooks[0].url must be an address"),
        (url, "http://desk.example", "line 8: webhooks[0].url must begin with https://"),
        (url, "https://anna:secret@desk.example", "line 8: webhooks[0].url must have no name"),
        (url, "https://desk.example/#hook", "line 8: webhooks[0].url must have no name"),
        (url, "https://10.0.0.1/", "line 8: webhooks[0].url must be on the public network"),
        (url, "https://2130706433/", "line 8: webhooks[0].url must be on the public network"),
        (url, "https://0x7f.1/", "line 8: webhooks[0].url must be on the public network"),
        (url, "https://[::ffff:9.9.9.9]/", "line 8: webhooks[0].url must be on the public network"),
        (secret, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "line 9: webhooks[0].secret must be whsec_"),
        (secret, "whsec_c2hvcnQ=", "line 9: webhooks[0].secret must be whsec_"),
        (secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAA", "line 9: webhooks[0].secret must be whsec_"),
        ("\nsecret = ", "\nprevious_secret = \"x\"\nsecret = ", "line 9: webhooks[0].previous_secret must be whsec_"),
        ("\nsecret = ", "\ntypes = []\nsecret = ", "line 9: webhooks[0].types must name a type"),
        ("\nsecret = ", "\ntypes = [\"claim.lost\"]\nsecret = ", "line 9: webhooks[0].types[0] must be a type"),
        (
            "\nsecret = ",
            "\ntypes = [\"claim.erased\", \"claim.erased\"]\nsecret = ",
            "line 9: webhooks[0].types[1] must be a type",
        ),
        ("\nsecret = ", "\nallow_loopback = 1\nsecret = ", "line 9: webhooks[0].allow_loopback must be true or false"),
        ("\nsecret = ", "\nkey = ", "line 9: webhooks[0].key is unknown"),
    ] {
        let said = parse(from, to, &[]).unwrap_err();
        assert!(said.starts_with(begins), "{to:?} gives {said:?}, which does not begin with {begins:?}");
        assert!(!said.contains("MfKQ"), "{said}");
    }
    let said = parse("secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"", "", &[]).unwrap_err();
    assert!(said.contains("(or set DAMAGE_REPORT_WEBHOOK_SECRET_HELP_DESK)"), "{said}");
}

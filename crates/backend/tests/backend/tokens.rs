//! Tokens, good and forged (rows T001 to T017, but for T014), made here from scratch so that nothing of the backend's own is trusted.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::TimeDelta;
use damage_report_rules::contract::{Code, Retry};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    app::{LINE, PREVIOUS_SECRET, TestApp, problem, refusal, tuesday_noon},
    signed_token::Token,
};

/// A good token of the usual order line.
fn good() -> Token {
    Token::of(LINE, tuesday_noon())
}

async fn answer(app: &TestApp, authorization: &str) -> reqwest::Response {
    let request = app.request(Method::GET, &format!("/order-lines/{LINE}"));
    request.header(header::AUTHORIZATION, authorization).send().await.unwrap()
}

/// Asserts that each token is refused with `code`.
async fn all_refused(code: Code, tokens: impl IntoIterator<Item = (&str, String)>) {
    let app = TestApp::new().await;
    for (name, token) in tokens {
        let problem = problem(answer(&app, &format!("Bearer {token}")).await).await;
        assert_eq!((problem.status, problem.code), (401, code), "{name}");
        assert_eq!(problem.retry, Retry::NewToken, "{name}");
        assert_eq!(problem.detail, None, "{name}: whoever forges is told nothing");
    }
}

#[tokio::test]
async fn t001_a_good_token_is_accepted_also_half_a_minute_after_its_end() {
    let app = TestApp::new().await;
    let iat = tuesday_noon().timestamp() - 630;
    let late = good().claim("iat", iat).claim("nbf", iat).claim("exp", iat + 600);
    for token in [good(), late] {
        assert_eq!(answer(&app, &format!("Bearer {}", token.sign())).await.status(), 200);
        assert_eq!(answer(&app, &format!("bearer {}", token.sign())).await.status(), 200, "schemes have no case");
    }
}

#[tokio::test]
async fn t002_no_token_is_told_that_one_is_needed() {
    let app = TestApp::new().await;
    let response = app.request(Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    assert_eq!(refusal(response).await, (401, Code::TokenMissing));
    assert_eq!(refusal(answer(&app, "Basic YTpi").await).await, (401, Code::TokenMissing));
}

#[tokio::test]
async fn t003_what_is_not_a_token_is_refused() {
    let token = good().sign();
    let two_parts = token.rsplit_once('.').unwrap().0.to_owned();
    let mut not_json = good();
    not_json.payload = "not json".to_owned();
    all_refused(
        Code::TokenInvalid,
        [
            ("garbage", "garbage".to_owned()),
            ("two_parts", two_parts),
            ("four_parts", format!("{token}.x")),
            ("payload_not_json", not_json.sign()),
            ("with_spaces", token.replace('.', " . ")),
            ("empty", String::new()),
            ("long", "x".repeat(8_000)),
        ],
    )
    .await;
}

#[tokio::test]
async fn t003_a_token_of_64_kib_is_refused_with_the_head_it_stands_in() {
    let app = TestApp::new().await;
    assert_eq!(answer(&app, &format!("Bearer {}", "x".repeat(64 * 1024))).await.status(), 431);
}

#[tokio::test]
async fn t004_no_other_algorithm_is_ours() {
    all_refused(
        Code::TokenInvalid,
        [
            ("alg_none", format!("{}.", good().header("alg", "none").message())),
            ("alg_None_case", format!("{}.", good().header("alg", "None").message())),
            ("alg_hs384", good().header("alg", "HS384").sign_with_sha384()),
            ("alg_rs256_key_confusion", good().header("alg", "RS256").sign()),
            ("alg_absent", good().header("alg", Value::Null).sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t005_only_the_whole_signature_of_our_key_counts() {
    let token = good().sign();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = BASE64.decode(signature).unwrap();
    bytes[0] ^= 1;
    let flipped = BASE64.encode(&bytes);
    // The last of 43 characters holds four bits; another character with the same four is another spelling.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let respelt = alphabet.chars().nth(alphabet.find(last).unwrap() ^ 1).unwrap();
    let other_line = Token::of("line-2", tuesday_noon()).message();
    all_refused(
        Code::TokenInvalid,
        [
            ("signature_cut", token[..token.len() - 4].to_owned()),
            ("signature_bitflip", format!("{message}.{flipped}")),
            ("signature_empty", format!("{message}.")),
            ("signature_non_canonical_b64", format!("{message}.{}{respelt}", &signature[..signature.len() - 1])),
            ("payload_changed_order", format!("{other_line}.{signature}")),
            ("other_key", good().secret("another secret of at least 32 bytes").sign()),
            ("empty_key", good().secret("").sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t006_no_header_makes_us_look_for_a_key() {
    all_refused(
        Code::TokenInvalid,
        [
            ("kid_unknown", good().header("kid", "other").sign()),
            ("kid_absent", good().header("kid", Value::Null).sign()),
            ("kid_path", good().header("kid", "../../../../dev/null").secret("").sign()),
            ("kid_sql", good().header("kid", "x' union select 'secret").sign()),
            ("jku", good().header("jku", "https://evil.example/keys").sign()),
            ("jwk_embedded", good().header("jwk", json!({"kty": "oct", "k": "AAAA"})).sign()),
            ("crit_unknown", good().header("crit", json!(["exp"])).sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t007_a_token_for_something_else_is_refused() {
    all_refused(
        Code::TokenInvalid,
        [
            ("typ_other", good().header("typ", "id+jwt").sign()),
            ("typ_absent", good().header("typ", Value::Null).sign()),
            ("aud_other", good().claim("aud", "newsletter").sign()),
            ("aud_absent", good().claim("aud", Value::Null).sign()),
            ("aud_list_with_ours", good().claim("aud", json!(["damage-report"])).sign()),
            ("iss_other", good().claim("iss", "https://evil.example").sign()),
            ("iss_absent", good().claim("iss", Value::Null).sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t008_an_expired_token_asks_for_a_new_one() {
    let iat = tuesday_noon().timestamp() - 660;
    let token = good().claim("iat", iat).claim("nbf", iat).claim("exp", iat + 600);
    all_refused(Code::TokenExpired, [("expired", token.sign())]).await;
}

#[tokio::test]
async fn t009_times_of_a_wrong_kind_are_no_times() {
    let now = tuesday_noon().timestamp();
    let exp = format!("\"exp\":{}", now + 600);
    all_refused(
        Code::TokenInvalid,
        [
            ("exp_absent", good().claim("exp", Value::Null).sign()),
            ("exp_string", good().claim("exp", "9999999999").sign()),
            ("exp_negative", good().claim("exp", -1).sign()),
            ("exp_1e400", good().payload(&exp, "\"exp\":1e400").sign()),
            ("exp_float", good().payload(&exp, &format!("{exp}.5")).sign()),
            ("exp_before_iat", good().claim("exp", now - 1).sign()),
            ("nbf_string", good().claim("nbf", "0").sign()),
            ("nbf_absent", good().claim("nbf", Value::Null).sign()),
            ("nbf_future", good().claim("nbf", now + 61).sign()),
            ("iat_absent", good().claim("iat", Value::Null).sign()),
            ("iat_future", good().claim("iat", now + 61).claim("exp", now + 600).sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t010_a_token_that_lives_too_long_is_refused() {
    let now = tuesday_noon().timestamp();
    all_refused(
        Code::TokenLifetime,
        [
            ("exp_year_9999", good().claim("exp", 253_370_764_800_i64).sign()),
            ("sixteen_minutes", good().claim("exp", now + 16 * 60).sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t011_a_token_is_of_one_order_line() {
    all_refused(
        Code::TokenInvalid,
        [
            ("order_absent", good().claim("sub", Value::Null).sign()),
            ("order_empty", good().claim("sub", "").sign()),
            ("order_is_list", good().claim("sub", json!([LINE])).sign()),
            ("payload_duplicate_order", good().payload("\"sub\":", "\"sub\":\"line-2\",\"sub\":").sign()),
        ],
    )
    .await;
}

#[tokio::test]
async fn t012_a_star_is_no_order_line() {
    let app = TestApp::new().await;
    let star = good().claim("sub", "*").sign();
    assert_eq!(refusal(answer(&app, &format!("Bearer {star}")).await).await, (404, Code::OrderUnknown));
}

#[tokio::test]
async fn t013_a_token_elsewhere_than_in_its_header_is_none() {
    let app = TestApp::new().await;
    let token = good().sign();
    let path = format!("/order-lines/{LINE}?access_token={token}&token={token}");
    let request = app.request(Method::GET, &path).header("cookie", format!("token={token}"));
    let response = request.header("referer", format!("https://shop.example/?token={token}")).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenMissing));
}

#[tokio::test]
async fn t013_two_tokens_are_none() {
    let app = TestApp::new().await;
    let request = app.request(Method::GET, &format!("/order-lines/{LINE}"));
    let value = format!("Bearer {}", good().sign());
    let response = request.header("authorization", &value).header("authorization", &value).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
}

#[tokio::test]
async fn t017_the_previous_key_is_good_for_as_long_as_it_is_listed() {
    let old = good().header("kid", "old").secret(PREVIOUS_SECRET).sign();
    let app = TestApp::new().await;
    assert_eq!(answer(&app, &format!("Bearer {old}")).await.status(), 200);
    let app = TestApp::with(|config| drop(config.tokens.keys.remove("old"))).await;
    assert_eq!(refusal(answer(&app, &format!("Bearer {old}")).await).await, (401, Code::TokenInvalid));
}

#[tokio::test]
async fn a_token_follows_the_shops_clock() {
    let app = TestApp::new().await;
    let token = good().sign();
    app.clock().advance(TimeDelta::days(1));
    assert_eq!(refusal(answer(&app, &format!("Bearer {token}")).await).await, (401, Code::TokenExpired));
}

//! `PUT /seller/order-lines/{id}`

use damage_report_rules::{
    calendar::Holidays,
    contract::{Code, DeviceGrade, OrderLine},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{LINE, TestApp, problem, refusal};

fn line() -> Value {
    json!({
        "order_number": "2000", "device": "iPad", "grade": "fair",
        "delivery": {"at": "2026-11-20T14:00:00+01:00", "zone": "Europe/Amsterdam"},
        "country": "NL", "carrier": "UPS", "tracking_number": "1Z999AA10123456784",
    })
}

#[tokio::test]
async fn an_order_line_that_is_put_in_twice_stands_as_put_in_last() {
    let app = TestApp::new().await;
    app.accepted_claim().await;
    for _ in 0..2 {
        let path = format!("/seller/order-lines/{LINE}");
        assert_eq!(app.as_seller(Method::PUT, &path).json(&line()).send().await.unwrap().status(), 204);
    }
    let response = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    let shown: OrderLine = response.json().await.unwrap();
    assert_eq!(shown.device, "iPad");
    assert!(shown.claim.is_some(), "its claim stays");
}

#[tokio::test]
async fn an_order_line_of_another_shape_is_refused() {
    let app = TestApp::new().await;
    for (field, value, code) in [
        ("delivery", json!({"at": "2026-02-30T00:00:00Z", "zone": "Europe/Amsterdam"}), Code::BodyShape),
        ("delivery", json!({"at": "2026-11-20T14:00:00", "zone": "Europe/Amsterdam"}), Code::BodyShape),
        ("delivery", json!({"at": "2026-11-20T14:00:00Z", "zone": "Mars/Olympus"}), Code::BodyShape),
        ("grade", json!("pristine"), Code::BodyShape),
        ("price", json!(1), Code::FieldUnknown),
    ] {
        let mut body = line();
        body[field] = value;
        let response = app.as_seller(Method::PUT, "/seller/order-lines/line-3").json(&body).send().await.unwrap();
        assert_eq!(refusal(response).await, (422, code), "{body}");
    }
    for id in ["..", ".hidden", "a%2Fb", "a%20b", "%00", &"x".repeat(65)] {
        let path = format!("/seller/order-lines/{id}");
        let response = app.as_seller(Method::PUT, &path).json(&line()).send().await.unwrap();
        assert!(matches!(response.status().as_u16(), 404 | 422), "{id}: {}", response.status());
    }
}

/// Puts `line` in with `change`, as `line-3`.
async fn put(app: &TestApp, change: impl FnOnce(&mut Value)) -> Response {
    let mut body = line();
    change(&mut body);
    app.as_seller(Method::PUT, "/seller/order-lines/line-3").json(&body).send().await.unwrap()
}

/// The order line that was put in, as the widget is told of it.
async fn shown(app: &TestApp) -> OrderLine {
    app.as_claimant("line-3", Method::GET, "/order-lines/line-3").send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn nearly_right_data_is_understood() {
    let app = TestApp::new().await;
    let response = put(&app, |line| {
        line["order_number"] = json!("2000\r\n");
        line["device"] = json!("Apple iPhone 13\t128 GB");
        line["grade"] = json!(" Excellent");
        line["delivery"] = json!({"at": "2026-11-20 14:00:00+0100", "zone": "europe/amsterdam"});
        line["country"] = json!("nl");
        line["carrier"] = json!(" PostNL\n");
        line["tracking_number"] = json!("3SDEVC123456789\t");
    });
    assert_eq!(response.await.status(), 204);
    let line = shown(&app).await;
    assert_eq!((line.order_number.as_str(), line.device.as_str()), ("2000", "Apple iPhone 13 128 GB"));
    assert_eq!(line.grade, DeviceGrade::Excellent);
    let delivery = line.delivery.unwrap();
    assert_eq!((delivery.at.0.as_str(), delivery.zone.as_str()), ("2026-11-20T13:00:00Z", "Europe/Amsterdam"));
    assert!(line.holidays.contains("2026-12-25".parse().unwrap()), "nl is NL");
    assert_eq!(
        (line.consignment.carrier.as_str(), line.consignment.tracking_number.as_str()),
        ("PostNL", "3SDEVC123456789")
    );
}

#[tokio::test]
async fn a_title_of_any_length_is_taken_and_cut_by_characters() {
    let app = TestApp::new().await;
    assert_eq!(put(&app, |line| line["device"] = json!("é".repeat(200))).await.status(), 204);
    assert_eq!(shown(&app).await.device, "é".repeat(200), "200 characters are 400 bytes");
    assert_eq!(put(&app, |line| line["device"] = json!("Galaxy S22 ".repeat(100))).await.status(), 204);
    let device = shown(&app).await.device;
    assert!(device.ends_with("Galaxy S22…") && device.chars().count() <= 200, "{device}");
}

#[tokio::test]
async fn what_is_not_understood_is_refused_with_the_field_what_was_wanted_and_what_came() {
    let app = TestApp::new().await;
    for (pointer, value, wanted, came) in [
        ("/order_number", json!(""), "not empty", "an empty text"),
        ("/order_number", json!("20\t00"), "without control characters", "5 characters"),
        ("/order_number", json!("1".repeat(201)), "at most 200 characters", "201 characters"),
        ("/order_number", json!(2000), "a text", "a number"),
        ("/device", json!(" \t"), "not empty", "2 characters"),
        ("/order_number", json!("\u{200b}"), "not empty", "1 character"),
        ("/device", json!(""), "not empty", "an empty text"),
        ("/device", json!("\u{200d}\u{fe0f}"), "not empty", "2 characters"),
        ("/device", json!(null), "a text", "null"),
        ("/grade", json!("pristine"), "one of premium, excellent, good, fair", "8 characters"),
        ("/grade", json!("Goed"), "one of premium, excellent, good, fair", "4 characters"),
        ("/country", json!(""), "ISO 3166-1", "an empty text"),
        ("/country", json!("XX"), "ISO 3166-1", "2 characters"),
        ("/country", json!("Nederland"), "ISO 3166-1", "9 characters"),
        ("/country", json!("NLD"), "ISO 3166-1", "3 characters"),
        ("/country", json!("DE-XY"), "[holidays]", "5 characters"),
        ("/country", json!(" "), "ISO 3166-1", "1 character"),
        ("/carrier", json!(""), "not empty", "an empty text"),
        ("/carrier", json!(" "), "not empty", "1 character"),
        ("/carrier", json!("\u{2060}"), "not empty", "1 character"),
        ("/carrier", json!(null), "the carrier of what was delivered", "nothing"),
        ("/carrier", json!("x".repeat(201)), "at most 200 characters", "201 characters"),
        ("/tracking_number", json!("1".repeat(41)), "at most 40 characters", "41 characters"),
        ("/tracking_number", json!("3S\u{7}"), "without control characters", "3 characters"),
        ("/delivery", json!("2026-11-20T14:00:00Z"), "an object", "20 characters"),
        ("/delivery/at", json!("2026-11-20T14:00:00"), "RFC 3339", "19 characters"),
        ("/delivery/at", json!("20-11-2026 14:00"), "RFC 3339", "16 characters"),
        ("/delivery/at", json!(1_795_179_900), "a text", "a number"),
        ("/delivery/at", json!("2026-11-25T11:00:01Z"), "at most a day ahead", "outside of that"),
        ("/delivery/at", json!("1999-12-31T23:59:59Z"), "from the year 2000 on", "outside of that"),
        ("/delivery/at", json!("2027-11-24T11:00:00Z"), "at most a day ahead", "outside of that"),
        ("/delivery/at", json!("9999-12-31T23:59:59Z"), "before 2100", "outside of that"),
        ("/delivery/at", json!("+262142-12-31T23:59:59Z"), "", ""),
        ("/delivery/at", json!("-262143-01-01T00:00:00Z"), "", ""),
        ("/delivery/zone", json!("Amsterdam"), "Europe/Amsterdam", "9 characters"),
        ("/delivery/zone", json!("+01:00"), "Europe/Amsterdam", "6 characters"),
        ("/delivery/zone", json!("Etc/GMT+1"), "Europe/Amsterdam", "9 characters"),
    ] {
        let response = put(&app, |line| *line.pointer_mut(pointer).unwrap() = value.clone()).await;
        let problem = problem(response).await;
        assert_eq!((problem.status, problem.code), (422, Code::BodyShape), "{pointer} {value}");
        let detail = problem.detail.unwrap();
        let (named, came_as) = detail.split_once("; came ").unwrap();
        assert!(named.starts_with(&format!("at {pointer:?}: wanted ")) && named.contains(wanted), "{value}: {detail}");
        assert!(came_as.contains(came), "{value}: {detail}");
    }
}

#[tokio::test]
async fn a_field_that_is_missing_or_unknown_is_named() {
    let app = TestApp::new().await;
    for field in ["order_number", "device", "grade", "country"] {
        let response = put(&app, |line| drop(line.as_object_mut().unwrap().remove(field))).await;
        let detail = problem(response).await.detail.unwrap();
        assert_eq!(detail, format!("at \"/{field}\": wanted a value; came nothing"));
    }
    for (parent, field) in [("", "orderNumber"), ("", "price"), ("/delivery", "timezone")] {
        let response = put(&app, |line| line.pointer_mut(parent).unwrap()[field] = json!(1)).await;
        let problem = problem(response).await;
        assert_eq!(problem.code, Code::FieldUnknown);
        let detail = problem.detail.unwrap();
        assert!(detail.starts_with(&format!("at \"{parent}/{field}\": wanted ")), "{detail}");
        assert!(detail.ends_with("; came another field"), "{detail}");
    }
}

#[tokio::test]
async fn before_it_is_shipped_nobody_knows_the_carrier_and_the_number() {
    let app = TestApp::new().await;
    for absent in [json!(null), json!("absent")] {
        let response = put(&app, |line| {
            line["delivery"] = json!(null);
            for field in ["carrier", "tracking_number"] {
                line[field] = absent.clone();
                if absent == "absent" {
                    line.as_object_mut().unwrap().remove(field);
                }
            }
        });
        assert_eq!(response.await.status(), 204, "{absent}");
        let line = shown(&app).await;
        assert_eq!((line.delivery, line.consignment.carrier.as_str()), (None, ""));
    }
    let without_number = put(&app, |line| drop(line.as_object_mut().unwrap().remove("tracking_number")));
    assert_eq!(without_number.await.status(), 204, "a parcel may have none");
    assert_eq!(shown(&app).await.consignment.tracking_number, "");
}

#[tokio::test]
async fn a_delivery_may_be_as_old_as_2000_and_a_day_ahead() {
    let app = TestApp::new().await;
    for at in ["2000-01-01T00:00:00Z", "2026-11-25T11:00:00Z"] {
        assert_eq!(put(&app, |line| line["delivery"]["at"] = json!(at)).await.status(), 204, "{at}");
        assert_eq!(shown(&app).await.delivery.unwrap().at.0, at);
    }
}

#[tokio::test]
async fn a_delivery_of_2100_is_refused_whatever_the_clock_says() {
    let app = TestApp::new().await;
    app.set_clock("2100-06-01T00:00:00Z");
    assert_eq!(put(&app, |line| line["delivery"]["at"] = json!("2099-12-31T23:59:59Z")).await.status(), 204);
    let response = put(&app, |line| line["delivery"]["at"] = json!("2100-01-01T00:00:00Z")).await;
    assert_eq!(refusal(response).await, (422, Code::BodyShape));
}

/// Earlier versions took any delivery that chrono could read.
#[tokio::test]
async fn a_delivery_beyond_every_calendar_that_an_earlier_version_took_makes_no_answer_a_fault() {
    let app = TestApp::new().await;
    let photos = app.put_evidence(LINE).await;
    for (nth, zone) in ["Pacific/Kiritimati", "Pacific/Pago_Pago"].into_iter().enumerate() {
        for at in [chrono::DateTime::<chrono::Utc>::MAX_UTC, chrono::DateTime::<chrono::Utc>::MIN_UTC] {
            let mut db = app.app.store.begin_write().await.unwrap();
            sqlx::query("update order_lines set delivered_at = ?, delivery_zone = ? where id = ?")
                .bind(at.timestamp_millis())
                .bind(zone)
                .bind(LINE)
                .execute(&mut *db)
                .await
                .unwrap();
            db.commit().await.unwrap();
            let look = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
            assert_eq!(look.status(), 200, "{at} in {zone}");
            let claim = app.post_claim(LINE, &format!("key-{nth}"), &crate::app::claim(&photos)).await;
            assert!(matches!(claim.status().as_u16(), 201 | 409 | 422), "{at} in {zone}: {}", claim.status());
        }
    }
}

#[tokio::test]
async fn a_part_of_a_country_counts_where_the_configuration_has_its_holidays() {
    let app = TestApp::with(|config| {
        let corpus_christi = Holidays::new(vec![2026], vec!["2026-06-04".parse().unwrap()]).unwrap();
        config.holidays.insert("DE-BY", corpus_christi);
    })
    .await;
    assert_eq!(put(&app, |line| line["country"] = json!("de_by")).await.status(), 204);
    assert!(shown(&app).await.holidays.contains("2026-06-04".parse().unwrap()));
}

#[tokio::test]
async fn only_the_seller_puts_order_lines_in() {
    let app = TestApp::new().await;
    let path = format!("/seller/order-lines/{LINE}");
    let put = |token: &str| app.request(Method::PUT, &path).bearer_auth(token).json(&line()).send();
    assert_eq!(refusal(put(&app.token(LINE)).await.unwrap()).await, (401, Code::TokenInvalid));
    assert_eq!(refusal(put("").await.unwrap()).await, (401, Code::TokenInvalid));
    let response = app.request(Method::PUT, &path).json(&line()).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenMissing));
}

//! The desk: from a customer's report to the refund that the customer sees, by keyboard alone, and for every reader.

use std::fs;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    journey::{journey, journey_at},
    pages::{DamageDesk, Keyboard, OrderPage, WidgetPage},
    photos::Album,
    screenshots,
    shop::{Scenario, Shop},
    words::{text, text_part},
};
use damage_report_rules::evidence::Subject;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use thirtyfour::Key;

/// The most keystrokes from one claim to the next; what is typed into a field does not count.
const KEYSTROKES_MAX: usize = 8;

/// The rules of axe-core that stand for a criterion of WCAG 2.2, level A or AA.
const AXE: &str = "
    return axe
        .run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
        })
        .then(({ violations, passes }) => [
            passes.length,
            violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`)),
        ]);";

/// Lists elements that make the page scroll sideways, and controls that a finger misses: lower than 44 points. Links in a sentence may be.
const TOO_WIDE_OR_LOW: &str = "
    const wide = document.documentElement.scrollWidth > innerWidth ? [`the page is ${document.documentElement.scrollWidth} wide`] : [];
    const controls = 'button, summary, select, textarea, input:not([type=hidden], [type=checkbox]), label.check, .menu a, a.button, a.row';
    const low = [...document.querySelectorAll(controls)].filter((control) => {
        const { height } = control.getBoundingClientRect();
        return control.checkVisibility() && height < 43.9;
    });
    return [...wide, ...low.map((control) => `${control.outerHTML.slice(0, 80)} is low`)];";

/// Opens every form of the page at once.
const OPEN_ALL: &str = "for (const form of document.querySelectorAll('details')) form.name = '', form.open = true;";

/// Letters that are the same on every machine; no reference, no time and no focus is seen, and the page is half as large.
const STAND_STILL: &str = r#"
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { font-family: "Liberation Sans" !important; text-rendering: geometricPrecision !important; }
        input[type="checkbox"] { appearance: none; border: 2px solid; }
        .when { visibility: hidden; }
        :focus-visible { outline: none !important; }
        body { transform: scale(0.5); transform-origin: top left; }`);
    document.adoptedStyleSheets = [sheet];
    document.activeElement?.blur();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/DR-\w{10}/g, "DR-0000000000");
    const key = document.querySelector("[name=key]");
    if (key) key.value = "0".repeat(52);
    for (const image of document.images) image.loading = "eager";
    return Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode())]).then(() => {
        const { width, height } = document.body.getBoundingClientRect();
        return { left: 0, top: 0, width: Math.round(width), height: Math.round(height), window: innerWidth };
    });"#;

/// Thursday, at ten in the morning where the parcels were delivered.
fn opening() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 19, 9, 0, 0).single().expect("there is such a moment")
}

#[tokio::test]
pub(crate) async fn a_report_is_settled_at_the_desk_and_the_customer_sees_the_refund() {
    journey(Screen::Desk, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Het scherm is gebarsten <b>aangekomen</b>.").await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, std::slice::from_ref(&album.packaging)).await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, std::slice::from_ref(&album.label)).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;

        // The link of the demo leads to the sign-in, and one press into the desk.
        orders.press_element(r#"a[href="/desk"]"#).await?;
        let desk = DamageDesk::open(browser, shop, "nl").await?;
        desk.sign_in().await?;
        desk.press_element(&format!(r#"a.row[href$="{reference}"]"#)).await?;
        desk.wait_for_text("Het scherm is gebarsten <b>aangekomen</b>.").await?;
        desk.press_element(".photos a").await?;
        desk.wait_for_text("1 / 5").await?;
        desk.press_element("[data-turn]").await?;
        desk.wait_for_element(".plate.zoom-1.turn-1").await?;
        desk.press_element(r#"[data-zoom="1"]"#).await?;
        desk.wait_for_element(".plate.zoom-2.turn-1").await?;
        desk.press_element(r#"[rel="next"]"#).await?;
        desk.wait_for_text("2 / 5").await?;
        desk.press_element(r#"[data-key="Escape"]"#).await?;

        desk.press_element(r#"details[data-key="r"] summary"#).await?;
        desk.fill_field("#refund-amount", "1.299").await?;
        desk.press_element(r#"details[data-key="r"] .primary"#).await?;
        desk.wait_for_focus_on("#refund-amount[aria-invalid]").await?;
        desk.fill_field("#refund-amount", "229,00").await?;
        desk.press_element(r#"details[data-key="r"] .primary"#).await?;
        desk.wait_for_element("#done").await?;
        desk.wait_for_text("€ 229,00 terugbetaald").await?;
        desk.wait_for_text("Bo de Wit").await?;

        let orders = OrderPage::open(browser, shop).await?;
        let status = orders.open_report(Scenario::DeliveredYesterday).await?;
        status.wait_for_text(&text("status.closed")).await?;
        status.wait_for_text(&text_part("resolution.refunded", &[("amount", "229,00")])).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn ten_claims_are_decided_by_keyboard_alone_with_at_most_eight_keystrokes_each() {
    journey(Screen::Desk, async |shop, browser| {
        let desk = DamageDesk::open(browser, shop, "nl").await?;
        desk.wait_for_focus_on("body").await?;
        desk.sign_in().await?;
        let before = marks(browser, &desk).await?;
        desk.visit("/desk").await?;
        let mut keyboard = Keyboard::new(browser);
        desk.wait_for_focus_on("a.row").await?;
        keyboard.press_key(Key::Enter).await?;
        let mut most = 0;
        let mut last = String::new();
        for nth in 0..10 {
            desk.wait_for_element("main .tracks").await?;
            let reference = another_claim(browser, &last).await?;
            decide(&desk, &mut keyboard, nth).await?;
            desk.wait_for_element("#done").await?;
            keyboard.press_key("n").await?;
            most = most.max(keyboard.take_keystroke_count());
            last = reference;
        }
        println!("at most {most} keystrokes for one claim");
        assert!(most <= KEYSTROKES_MAX, "{most}");
        let after = marks(browser, &desk).await?;
        for state in ["Terugbetaald", "Vervangen", "Afgewezen", "Deels terugbetaald", "Wacht op de klant"] {
            let count = |marks: &[String]| marks.iter().filter(|mark| *mark == state).count();
            assert_eq!(count(&after), count(&before) + 2, "{state}: {after:?}");
        }
        Ok(())
    })
    .await;
}

/// The marks of all claims in the list.
async fn marks(browser: &Browser, desk: &DamageDesk<'_>) -> Result<Vec<String>> {
    desk.visit("/desk?state=all").await?;
    let marks = "return [...document.querySelectorAll('a.row .mark')].map((mark) => mark.innerText);";
    Ok(serde_json::from_value(browser.run_script(marks, Vec::new()).await?)?)
}

/// The reference of the claim on the page, once it is another than `last`.
async fn another_claim(browser: &Browser, last: &str) -> Result<String> {
    let script = "const last = arguments[0]; return new Promise((resolve) => { const look = () => { \
        const here = location.pathname.match(/DR-\\w+/)?.[0]; \
        here && here !== last && document.readyState === 'complete' ? resolve(here) : setTimeout(look, 25); }; look(); });";
    let found = browser.run_script(script, vec![last.into()]).await?;
    found.as_str().map(str::to_owned).context("no claim on the page")
}

/// Decides the claim on the page, in one of five ways: the key of the form, its first field, what is typed there, the keys after it.
async fn decide(desk: &DamageDesk<'_>, keyboard: &mut Keyboard<'_>, nth: usize) -> Result<()> {
    let (form, field, typed, keys): (_, _, _, &[Key]) = match nth % 5 {
        0 => ("r", "#refund-amount", "1.299,95", &[Key::Enter]),
        1 => ("s", "#replace-tracking_number", "RR473124829NL", &[Key::Enter]),
        2 => ("d", "#decline-reason", "Dit is geen schade van het transport.", &[Key::Tab, Key::Enter]),
        3 => ("p", "#refund-part-amount", "50", &[Key::Enter]),
        _ => ("e", "[name='subjects[]']", "", &[Key::Space, Key::Enter]),
    };
    keyboard.press_key(form).await?;
    desk.wait_for_focus_on(field).await?;
    keyboard.type_text(typed).await?;
    for key in keys {
        keyboard.press_key(key.clone()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_at_the_desk_on_a_phone_in_light_and_dark() {
    axe_finds_nothing(Screen::Phone).await;
}

#[tokio::test]
async fn axe_finds_nothing_at_the_desk_on_a_desk_in_light_and_dark() {
    axe_finds_nothing(Screen::Desk).await;
}

/// 320 points are a screen of 1280 at 400 %: WCAG 2.2, 1.4.10.
#[tokio::test]
async fn at_the_desk_nothing_is_wider_than_320_points_or_too_low_to_touch() {
    journey(Screen::Narrow, async |shop, browser| {
        let reference = reported(shop, browser).await?;
        for lang in ["nl", "en"] {
            each_page(shop, browser, lang, &reference, async |page| {
                browser.run_script(OPEN_ALL, Vec::new()).await?;
                let beyond: Vec<String> =
                    serde_json::from_value(browser.run_script(TOO_WIDE_OR_LOW, Vec::new()).await?)?;
                assert!(beyond.is_empty(), "{page} in {lang}: {beyond:#?}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
    .await;
}

async fn axe_finds_nothing(screen: Screen) {
    journey(screen, async |shop, browser| {
        let axe = fs::read_to_string(Environment::read()?.axe)?;
        let reference = reported(shop, browser).await?;
        for (lang, scheme) in [("nl", "light"), ("en", "dark")] {
            prefer(browser, scheme).await?;
            each_page(shop, browser, lang, &reference, async |page| {
                browser.run_script(OPEN_ALL, Vec::new()).await?;
                browser.run_script(&axe, Vec::new()).await?;
                let (passed, violations): (usize, Vec<String>) =
                    serde_json::from_value(browser.run_script(AXE, Vec::new()).await?)?;
                assert!(passed > 5, "{page}: only {passed} rules had anything to look at");
                assert!(violations.is_empty(), "{page} in {lang}, {scheme}:\n{}", violations.join("\n"));
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
    .await;
}

/// Lets the browser prefer a colour scheme.
async fn prefer(browser: &Browser, scheme: &str) -> Result<()> {
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    browser.send_devtools_command("Emulation.setEmulatedMedia", media).await.map(drop)
}

/// Adds a claim to the list, and gives the reference of the demo's own, about which there is more to show.
async fn reported(shop: &Shop, browser: &Browser) -> Result<String> {
    let delivered_at = shop.order_line(Scenario::DeliveredYesterday).await?.delivery.context("it was delivered")?.at.0;
    shop.seller().await?.add_claim("listed", delivered_at.parse()?).await?;
    OrderPage::open(browser, shop).await?.badge_reference(Scenario::Reported).await
}

/// Goes to each page of the desk, and lets `look` look at it.
async fn each_page(
    shop: &Shop,
    browser: &Browser,
    lang: &str,
    reference: &str,
    look: impl AsyncFn(&str) -> Result<()>,
) -> Result<()> {
    let desk = DamageDesk::open(browser, shop, lang).await?;
    look("sign-in").await?;
    desk.sign_in().await?;
    // Not the demo's own claims, whose dates are of another day on each day.
    desk.visit("/desk?text=Toestel").await?;
    look("list").await?;
    desk.visit_claim(reference).await?;
    look("claim").await?;
    desk.visit_claim(reference).await?;
    desk.press_element(r#"details[data-key="r"] summary"#).await?;
    desk.fill_field("#refund-amount", "0").await?;
    desk.press_element(r#"details[data-key="r"] .primary"#).await?;
    desk.wait_for_element("[aria-invalid]").await?;
    look("claim with a mistake").await?;
    desk.visit(&format!("/desk/claims/{reference}/erase")).await?;
    look("erase").await?;
    desk.visit(&format!("/desk/claims/{reference}/photos/2")).await?;
    look("photo").await?;
    desk.visit("/desk/log").await?;
    look("log").await?;
    desk.visit("/desk/claims/DR-0000000000").await?;
    look("unknown claim").await?;
    desk.press_element("form[action='/desk/sign-out'] button").await?;
    desk.wait_for_element("#key").await.map(drop)
}

#[tokio::test]
async fn every_page_of_the_desk_looks_on_a_phone_as_it_did() {
    journey_at(opening(), Screen::Phone, async |shop, browser| looks(shop, browser, "phone").await).await;
}

#[tokio::test]
async fn every_page_of_the_desk_looks_on_a_desk_as_it_did() {
    journey_at(opening(), Screen::Desk, async |shop, browser| looks(shop, browser, "desk").await).await;
}

async fn looks(shop: &Shop, browser: &Browser, screen: &str) -> Result<()> {
    let mut changed = Vec::new();
    let seller = shop.seller().await?;
    let mut reference = String::new();
    // One that is overdue, and one that is due today.
    for (id, days) in [("overdue", 8), ("today", 4)] {
        shop.set_clock(opening() - TimeDelta::days(days - 1)).await?;
        reference = seller.add_claim(id, opening() - TimeDelta::days(days)).await?;
    }
    shop.set_clock(opening()).await?;
    for lang in ["nl", "en"] {
        let seen = std::cell::RefCell::new(Vec::new());
        each_page(shop, browser, lang, &reference, async |page| {
            if matches!(page, "sign-in" | "list" | "claim" | "erase" | "photo") {
                let name = format!("{screen}-damage-desk-{page}-{lang}");
                let difference = see(browser, &name).await?;
                seen.borrow_mut().extend(difference);
            }
            Ok(())
        })
        .await?;
        changed.append(&mut seen.into_inner());
    }
    if screen == "desk" {
        let desk = DamageDesk::open(browser, shop, "nl").await?;
        desk.sign_in().await?;
        desk.visit_claim(&reference).await?;
        prefer(browser, "dark").await?;
        changed.extend(see(browser, "desk-damage-desk-claim-nl-dark").await?);
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
    Ok(())
}

/// Compares the page with the picture called `name`, and says how it differs.
async fn see(browser: &Browser, name: &str) -> Result<Option<String>> {
    let before = browser
        .run_script("return [innerWidth, devicePixelRatio, matchMedia('(pointer: coarse)').matches];", Vec::new())
        .await?;
    let (width, density, is_mobile): (u32, f64, bool) = serde_json::from_value(before)?;
    let mut place: screenshots::PageArea = serde_json::from_value(browser.run_script(STAND_STILL, Vec::new()).await?)?;
    place.window = width;
    let metrics = |height| json!({"width": width, "height": height, "deviceScaleFactor": density, "mobile": is_mobile});
    let height = if is_mobile { 844 } else { 900 };
    let is_longer = place.height > height;
    if is_longer {
        browser.send_devtools_command("Emulation.setDeviceMetricsOverride", metrics(place.height + 1)).await?;
    }
    let picture = NamedTempFile::new()?;
    browser.take_screenshot(picture.path()).await?;
    if is_longer {
        browser.send_devtools_command("Emulation.setDeviceMetricsOverride", metrics(height)).await?;
    }
    browser.reload().await?;
    let _: Value = browser.run_script("return null;", Vec::new()).await?;
    Ok(screenshots::compare_with_reference(name, picture.path(), &place).err().map(|error| error.to_string()))
}

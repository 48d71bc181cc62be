//! The second press: where a page, a photo or a summary has just taken the place of what was pressed, the element that comes to lie under
//! the pointer is not pressed. Row N19.

use anyhow::Result;
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::Album,
    pointer::{Point, Pointer},
    shop::Scenario,
    wait::eventually,
};
use damage_report_rules::evidence::Subject;
use serde_json::{Value, json};

/// Presses what the first argument finds, waits until the second is there and the focus where it belongs, and presses at the same point
/// twice more, sooner than anybody could mean it. Gives what a press can change (the page, what is ticked, the photos, the focus) before
/// these and after them.
///
/// By events of its own: a driver's would come late on a busy machine.
const TWICE: &str = "
    const root = widget.shadowRoot;
    const state = () => [
        root.querySelector('h2').textContent,
        [...root.querySelectorAll(':checked')].map(({ id }) => id).join(),
        root.querySelectorAll('.photo').length,
        root.activeElement?.outerHTML.slice(0, 80),
    ].join(' | ');
    const press = (x, y, detail) => {
        const target = root.elementFromPoint(x, y);
        const init = { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y, detail };
        target.dispatchEvent(new PointerEvent('pointerdown', init));
        const control = target.closest('button, input, textarea') ?? target.closest('label')?.control;
        if (target.dispatchEvent(new MouseEvent('mousedown', init))) control?.focus();
        target.dispatchEvent(new PointerEvent('pointerup', init));
        target.dispatchEvent(new PointerEvent('click', init));
    };
    const frame = () => new Promise(requestAnimationFrame);
    return (async () => {
        const pressed = root.querySelector(PRESSED);
        pressed.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = pressed.getBoundingClientRect();
        // Elsewhere, so that what was pressed before has no part in this.
        root.firstElementChild.dispatchEvent(new PointerEvent('pointerdown', { clientX: -999, clientY: -999 }));
        press(x + width / 2, y + height / 2, 1);
        while (!root.querySelector(AWAITED) || !root.activeElement) await frame();
        await frame();
        await frame();
        const before = state();
        for (const nth of [2, 3]) press(x + width / 2, y + height / 2, nth);
        await frame();
        return [before, state()];
    })();";

async fn twice_is_as_once(report: &ReportWidget<'_>, pressed: &str, awaited: &str) -> Result<()> {
    report.wait_for_element(pressed).await?;
    let script = TWICE.replace("PRESSED", &Value::from(pressed).to_string());
    let states = report.run_script(&script.replace("AWAITED", &Value::from(awaited).to_string())).await?;
    assert_eq!(states[0], states[1], "twice on {pressed}");
    Ok(())
}

/// Every button that changes what is under it.
async fn at_every_button(screen: Screen) {
    journey(screen, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        twice_is_as_once(&report, ".primary", "#damage-0").await?;
        // Continue in vain: the summary comes up and moves everything.
        twice_is_as_once(&report, ".primary", ".summary:not([hidden])").await?;
        report.tick_damage().await?;
        twice_is_as_once(&report, ".primary", "input#packaging").await?;
        twice_is_as_once(&report, ".back", "#damage-0").await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;
        twice_is_as_once(&report, ".photo:first-child .remove", ".photo:nth-child(2):last-child").await?;
        report.run_script("widget.close();").await?;
        twice_is_as_once(&report, r#"[part="opening"]"#, "input#device").await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn n19_twice_on_any_button_of_a_phone_is_as_once() {
    at_every_button(Screen::Phone).await;
}

#[tokio::test]
async fn n19_on_the_narrowest_screen_too() {
    at_every_button(Screen::Narrow).await;
}

#[tokio::test]
async fn n19_and_on_a_desk() {
    at_every_button(Screen::Desk).await;
}

#[tokio::test]
async fn n19_two_taps_of_a_finger_or_clicks_of_a_mouse_on_start_tick_nothing() {
    for (screen, hand) in [(Screen::Phone, Pointer::Finger), (Screen::Desk, Pointer::Mouse)] {
        journey(screen, async |shop, browser| {
            let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
            let point = Point::scroll_to_centre_of(&report, ".primary").await?;
            for nth in 1..=2 {
                hand.press(browser, point, nth).await?;
            }
            report.wait_for_page(WidgetPage::Damage).await?;
            report.wait_for_focus_on("h2").await?;
            assert_eq!(report.count_elements(":checked").await?, 0);
            // One press there ticks it, when it is meant.
            hand.press(browser, Point::scroll_to_centre_of(&report, "#damage-3").await?, 1).await?;
            report.wait_for_count("#damage-3:checked", 1).await
        })
        .await;
    }
}

#[tokio::test]
async fn n19_two_presses_in_two_places_are_two_however_quick_and_so_are_two_on_one_box() {
    journey(Screen::Phone, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        let first = Point::scroll_to_centre_of(&report, "#damage-0").await?;
        let second = Point::visible_centre_of(&report, "#damage-1").await?;
        presses(browser, &[first, second]).await?;
        report.wait_for_count("#damage-0:checked, #damage-1:checked", 2).await?;
        presses(browser, &[second, second, second]).await?;
        eventually("the last to be taken back", || async {
            let ticked = "return [0, 1].map((n) => widget.shadowRoot.querySelector(`#damage-${n}`).checked);";
            Ok((report.run_script(ticked).await? == json!([true, false])).then_some(()))
        })
        .await
    })
    .await;
}

async fn presses(browser: &Browser, points: &[Point]) -> Result<()> {
    for point in points {
        Pointer::Finger.press(browser, *point, 1).await?;
    }
    Ok(())
}

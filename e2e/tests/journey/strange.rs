//! Strange pages: each works, or shows the shop's own words, and none is harmed.
//!
//! The pages are in `strange/`, each a file that says what is strange about it. They come past the backend's own policy, which
//! is stricter than most of them.

use std::{fs, path::Path};

use anyhow::Result;
use damage_report_e2e::{
    browser::{Browser, Screen},
    faults::{Answer, Asked, Fault, FaultServer, Rule, When},
    journey::journey_over_a_line,
    pages::{Place, Report},
    patience::eventually,
    photos::Album,
    shop::{Scenario, Shop},
};
use damage_report_rules::evidence::Subject;
use serde_json::{Value, json};

const LINE: Scenario = Scenario::DeliveredYesterday;
const OPENING: &str = r#"button[part="opening"]"#;
const NONE: [String; 0] = [];

#[tokio::test]
pub(crate) async fn h017_a_policy_that_allows_next_to_nothing_allows_the_widget() {
    a_report_goes_in_on("policy.html").await;
}

#[tokio::test]
async fn b016_styles_that_undo_everything_undo_nothing_of_the_widget() {
    on_a_page("unset.html", async |page| {
        let report = page.report();
        report.press(OPENING).await?;
        report.is_at(Place::Start).await?;
        // A page whose rem is 10 pixels, and whose every element has the browser's own font.
        let looks = "const of = (css) => getComputedStyle(widget.shadowRoot.querySelector(css)); \
                     return [of('.step p').fontSize, of('.primary').backgroundColor, of('h2').display, \
                             of('.step').fontFamily.split(',')[0], widget.clientWidth === 0 || widget.getBoundingClientRect().width > 200];";
        assert_eq!(report.run(looks).await?, json!(["16px", "rgb(11, 90, 84)", "block", "system-ui", true]));
        page.a_report_goes_in().await
    })
    .await;
}

#[tokio::test]
async fn b016_names_that_a_page_takes_and_a_base_elsewhere_lead_nowhere_else() {
    a_report_goes_in_on("clobbered.html").await;
}

#[tokio::test]
async fn b016_what_old_libraries_do_to_every_script_does_not_reach_the_claim() {
    a_report_goes_in_on("patched.html").await;
}

#[tokio::test]
async fn on_a_page_that_is_read_from_the_right_the_widget_is_too() {
    on_a_page("rightwards.html", async |page| {
        let report = page.report();
        report.press(OPENING).await?;
        report.is_at(Place::Start).await?;
        let sides = "const [heading, step] = ['h2', '.step'].map((css) => widget.shadowRoot.querySelector(css).getBoundingClientRect()); \
                     return [getComputedStyle(widget.shadowRoot.querySelector('h2')).direction, \
                             document.documentElement.scrollWidth <= innerWidth];";
        assert_eq!(report.run(sides).await?, json!(["rtl", true]));
        page.a_report_goes_in().await
    })
    .await;
}

/// No language of ours is read from the right: this one has the Dutch words in Hebrew letters, half as long again.
#[tokio::test]
async fn a_language_that_is_read_from_the_right_fits_every_page() {
    on_a_page("rightwards.html", async |page| {
        let report = page.report();
        let speak = "const letters = (text) => text.split(/(\\{\\w+\\})/).map((part) => part.startsWith('{') ? part : \
                       part.replace(/[a-z]/gi, (letter) => String.fromCharCode(0x5d0 + letter.toLowerCase().charCodeAt(0) % 27)) \
                         .replace(/(\\S{4,})/g, '$1\u{5d0}\u{5d1}')).join(''); \
                     const url = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/nl.json')).name; \
                     const words = await (await fetch(url)).json(); \
                     for (const [key, said] of Object.entries(words)) words[key] = typeof said === 'string' ? letters(said) : \
                       Object.fromEntries(Object.entries(said).map(([form, text]) => [form, letters(text)])); \
                     widget.messages = words;";
        report.press(OPENING).await?;
        report.is_at(Place::Start).await?;
        report.run(&format!("return (async () => {{ {speak} }})();")).await?;
        report.shows("h2:dir(rtl)", 1).await?;
        let fits = "return [...widget.shadowRoot.querySelectorAll('.report *')].filter((element) => { \
                      const [own, page] = [element.getBoundingClientRect(), document.documentElement.clientWidth]; \
                      return own.width > 1 && (own.left < -1 || own.right > page + 1); \
                    }).map((element) => element.className);";
        let photo = damage_report_e2e::photos::Photo::small(0)?;
        report.begin().await?;
        assert_eq!(report.run(fits).await?, json!([]));
        report.go_on_in_vain().await?;
        assert_eq!(report.run(fits).await?, json!([]));
        report.tick_damage().await?;
        report.go_on_to(Place::Packaging).await?;
        report.show(Subject::Packaging, std::slice::from_ref(&photo)).await?;
        assert_eq!(report.run(fits).await?, json!([]));
        let side = "const [picture, words] = ['.photo .frame', '.photo strong'].map((css) => \
                      widget.shadowRoot.querySelector(css).getBoundingClientRect().left); return picture > words;";
        assert_eq!(report.run(side).await?, true, "the picture stands before the words: on the right");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn on_a_dark_page_the_widget_is_dark() {
    on_a_page("dark.html", async |page| {
        let report = page.report();
        report.press(OPENING).await?;
        report.is_at(Place::Start).await?;
        let colours = "const style = getComputedStyle(widget.shadowRoot.querySelector('.step')); \
                       return [style.backgroundColor, style.color];";
        assert_eq!(report.run(colours).await?, json!(["rgb(22, 29, 27)", "rgb(237, 241, 239)"]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn in_a_dialog_a_report_goes_in_and_closing_it_loses_nothing() {
    on_a_page("dialog.html", async |page| {
        let report = page.report();
        report.press(OPENING).await?;
        report.to_the_photos().await?;
        page.run("document.querySelector('#close').click();").await?;
        page.run("document.querySelector('#help').showModal();").await?;
        report.is_at(Place::Packaging).await?;
        report.show_all(&Album::of_small_photos()?).await?;
        report.send().await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn in_a_frame_that_may_do_little_a_report_goes_in() {
    on_a_page("frame.html", async |page| {
        page.browser.enter_frame("iframe").await?;
        page.a_report_goes_in().await
    })
    .await;
}

#[tokio::test]
async fn a_form_around_it_is_neither_sent_nor_joined() {
    on_a_page("form.html", async |page| {
        page.a_report_goes_in().await?;
        let own = "return [...new FormData(document.querySelector('#order')).keys()].join();";
        assert_eq!(page.run(own).await?, "remark", "the shop's form has its own fields and no others");
        assert_eq!(page.run("return location.pathname;").await?, "/strange/form.html");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_application_may_move_it_remove_it_and_put_it_back_for_another_order() {
    on_a_page("application.html", async |page| {
        let report = page.report();
        report.press(OPENING).await?;
        report.begin().await?;
        report.tick_damage().await?;
        page.run("right.append(document.querySelector('damage-report'));").await?;
        assert_eq!(report.answer("#damage-0").await?, true, "moved, it is as it was");

        let other = page.shop.line_id(Scenario::ClosesToday).await?;
        let replace = "const element = document.querySelector('damage-report'); element.remove(); \
                       element.setAttribute('order-line', arguments[0]); left.append(element);";
        page.browser.run(replace, vec![json!(other)]).await?;
        report.is_at(Place::Start).await?;

        // As fast as a framework can: what was on its way to be shown never is.
        let flicker = "for (let n = 0; n < 20; n++) { \
                         const element = document.createElement('damage-report'); \
                         element.setAttribute('open', ''); element.setAttribute('order-line', `gone-${n}`); \
                         left.append(element); element.remove(); }";
        page.run(flicker).await?;
        page.run("document.querySelector('damage-report').remove();").await?;
        page.is_unharmed().await
    })
    .await;
}

#[tokio::test]
async fn two_for_one_order_line_are_like_two_tabs() {
    on_a_page("twice.html", async |page| {
        let [first, second] = ["#first", "#second"].map(|host| Report::new(page.browser, host.to_owned()));
        first.press(OPENING).await?;
        first.begin().await?;
        first.tick_damage().await?;
        second.press(OPENING).await?;
        second.press("#take-over").await?;
        second.is_at(Place::Damage).await?;
        assert_eq!(second.answer("#damage-0").await?, true);
        first.find("#take-over").await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn without_web_assembly_the_shops_own_words_come() {
    on_a_page("wasmless.html", async |page| {
        page.report().press(OPENING).await?;
        page.hears("error files").await?;
        page.falls_back().await
    })
    .await;
}

#[tokio::test]
async fn far_below_nothing_is_fetched_and_near_it_everything_is_but_nothing_opens() {
    on_a_page("far.html", async |page| {
        let fetched = "return performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop());";
        page.report().find(OPENING).await?;
        assert_eq!(page.run(fetched).await?, json!(["page.js", "damage-report.js"]));
        page.run("document.querySelector('damage-report').scrollIntoView();").await?;
        eventually("everything to be fetched", || async {
            let fetched = page.run(fetched).await?.to_string();
            let all = ["widget.js", "widget.wasm", "widget.css", "photo-worker.js", "nl.json"];
            Ok(all.iter().all(|name| fetched.contains(name)).then_some(()))
        })
        .await?;
        assert_eq!(page.report().run("return widget.state;").await?, "closed");
        assert_eq!(page.run("return heard;").await?, json!([]));
        page.report().press(OPENING).await?;
        page.report().is_at(Place::Start).await
    })
    .await;
}

#[tokio::test]
async fn who_wants_to_save_data_fetches_nothing_before_it_is_pressed() {
    on_a_page("far.html", async |page| {
        page.run("Object.defineProperty(navigator, 'connection', { value: { saveData: true } });").await?;
        page.run("document.querySelector('damage-report').scrollIntoView();").await?;
        // Whoever watches beside it has seen it come near by now: so has the element.
        page.run(
            "new IntersectionObserver(() => { window.isNear = true; }).observe(document.querySelector('damage-report'));",
        )
        .await?;
        eventually("it to be seen", || async { Ok((page.run("return !!window.isNear;").await? == true).then_some(())) })
            .await?;
        let count = "return performance.getEntriesByType('resource').length;";
        assert_eq!(page.run(count).await?, 2);
        page.report().press(OPENING).await?;
        page.report().is_at(Place::Start).await
    })
    .await;
}

#[tokio::test]
async fn opened_by_the_page_it_leaves_the_focus_where_it_is() {
    on_a_page("open.html", async |page| {
        let report = page.report();
        report.is_at(Place::Start).await?;
        assert_eq!(page.run("return document.activeElement.localName;").await?, "body");
        report.run("widget.focus();").await?;
        assert!(report.is_focused("h2").await?);
        report.run("widget.close();").await?;
        assert!(report.is_focused(OPENING).await?, "who was in it is where it was opened");
        assert_eq!(page.heard().await?.last().unwrap(), "toggle false");
        report.run("widget.open();").await?;
        report.has_focus_on("h2").await
    })
    .await;
}

#[tokio::test]
async fn what_the_shop_puts_in_stands_in_its_places_and_its_styles_reach_the_parts() {
    on_a_page("slotted.html", async |page| {
        let report = page.report();
        let seen = "return ['intro', 'privacy', 'contact', 'after'].filter((id) => document.getElementById(id).checkVisibility());";
        let looks = "return getComputedStyle(widget.shadowRoot.querySelector('h2')).fontStyle;";
        assert_eq!(page.run(seen).await?, json!([]));
        report.press(OPENING).await?;
        report.is_at(Place::Start).await?;
        assert_eq!(page.run(seen).await?, json!(["intro", "privacy"]));
        assert!(!report.all_words().await?.contains("metagegevens"), "the shop says it in its own words");
        assert_eq!(report.run(looks).await?, "italic");
        assert_eq!(report.run("return getComputedStyle(widget).outlineColor;").await?, "rgb(1, 2, 3)", ":state(open)");
        report.fill_in(&Album::of_small_photos()?).await?;
        report.send().await?;
        assert_eq!(page.run(seen).await?, json!(["contact", "after"]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn other_words_of_the_shops_own_are_said_at_once_and_its_hand_can_hold_the_claim() {
    on_a_page("open.html", async |page| {
        let report = page.report();
        report.is_at(Place::Start).await?;
        report.run("widget.messages = { 'start.title': 'Kapot? Vertel het ons' };").await?;
        report.says("Kapot? Vertel het ons").await?;
        report.fill_in(&Album::of_small_photos()?).await?;
        let hold = "window.held = []; widget.addEventListener('damage-report-before-submit', (event) => { \
                      held.push(event.detail.claim.damage.length); event.preventDefault(); }, { once: true });";
        report.run(hold).await?;
        report.press("#send").await?;
        eventually("the page to hold it", || async {
            Ok((page.run("return held;").await? == json!([1])).then_some(()))
        })
        .await?;
        report.is_at(Place::Check).await?;
        report.send().await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_the_page_throws_away_is_gone_open_or_closed() {
    on_a_page("open.html", async |page| {
        let report = page.report();
        report.begin().await?;
        report.tick_damage().await?;
        report.run("widget.discardDraft();").await?;
        report.is_at(Place::Start).await?;
        report.begin().await?;
        assert_eq!(report.answer("#damage-0").await?, false);
        report.tick_damage().await?;
        report.go_on_to(Place::Packaging).await?;

        page.browser.reload().await?;
        report.find("#go-on").await?;
        page.browser.reload().await?;
        report.run("widget.close();").await?;
        report.find(OPENING).await?;
        let discard = "return document.querySelector('damage-report').discardDraft().then(() => true);";
        assert_eq!(page.run(discard).await?, true);
        report.run("widget.open();").await?;
        report.is_at(Place::Start).await?;
        assert_eq!(report.count("#go-on").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_earlier_build_whose_files_are_gone_says_so_and_the_next_visit_is_well() {
    on_a_page("open.html", async |page| {
        page.report().is_at(Place::Start).await?;
        for name in ["widget.js", "widget.wasm", "widget.css", "photo-worker.js"] {
            page.faults.add(Rule::new(Asked::Site, When::Always, Fault::Instead(gone())).for_file(name));
            page.browser.reload().await?;
            page.hears("error files").await?;
            page.falls_back().await?;
            page.faults.clear();
            page.serve()?;
            // The button is there still, for whoever has more patience than the shop's server.
            page.report().press(OPENING).await?;
            page.report().is_at(Place::Start).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_build_is_told_apart_whatever_its_name() {
    on_a_page("far.html", async |page| {
        let folder = damage_report_e2e::stage::built(&page.site)?;
        let other = |name: &str, kind: &str, more: &str| -> Result<Answer> {
            let mut file = fs::read(folder.join(name))?;
            file.extend_from_slice(more.as_bytes());
            Ok(Answer::file(kind, file))
        };
        // Each would run: there is no more to it than a comment, or an empty custom section of a module.
        for (name, kind, more) in [
            ("widget.js", "text/javascript", "//"),
            ("photo-worker.js", "text/javascript", "//"),
            ("widget.wasm", "application/wasm", "\0\u{1}\0"),
        ] {
            page.faults
                .add(Rule::new(Asked::Site, When::Always, Fault::Instead(other(name, kind, more)?)).for_file(name));
            page.browser.reload().await?;
            page.report().run("widget.open();").await?;
            page.hears("error files").await?;
            page.faults.clear();
            page.serve()?;
        }
        Ok(())
    })
    .await;
}

/// A strange page that is open in a browser.
struct Page<'a> {
    shop: &'a Shop,
    faults: &'a FaultServer,
    browser: &'a Browser,
    site: std::path::PathBuf,
}

impl<'a> Page<'a> {
    fn report(&self) -> Report<'a> {
        Report::new(self.browser, "damage-report".to_owned())
    }

    /// From the button to the confirmation.
    async fn a_report_goes_in(&self) -> Result<()> {
        let report = self.report();
        if report.run("return widget.state;").await? == "closed" {
            report.press(OPENING).await?;
        }
        report.is_at(Place::Start).await?;
        report.fill_in(&Album::of_small_photos()?).await?;
        let reference = report.send().await?;
        self.hears(&format!("submitted {reference}")).await?;
        self.is_unharmed().await
    }

    /// Nothing was left on `window`, and nothing went wrong that the page would hear of.
    async fn is_unharmed(&self) -> Result<()> {
        assert_eq!(self.run("return leaked();").await?, json!([]));
        assert_eq!(self.browser.console_errors().await?, NONE);
        Ok(())
    }

    async fn falls_back(&self) -> Result<()> {
        let is_seen = "return document.querySelector('damage-report .fallback').checkVisibility();";
        eventually("the shop's own words", || async { Ok((self.run(is_seen).await? == true).then_some(())) }).await
    }

    async fn heard(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.run("return heard;").await?)?)
    }

    async fn hears(&self, event: &str) -> Result<()> {
        eventually(&format!("the page to hear {event}"), || async {
            Ok(self.heard().await?.iter().any(|heard| heard == event).then_some(()))
        })
        .await
    }

    async fn run(&self, script: &str) -> Result<Value> {
        self.browser.run(script, Vec::new()).await
    }

    /// Puts the strange pages before those of the shop.
    fn serve(&self) -> Result<()> {
        serve(self.faults)
    }
}

async fn a_report_goes_in_on(name: &str) {
    on_a_page(name, async |page| page.a_report_goes_in().await).await;
}

async fn on_a_page(name: &str, customer: impl AsyncFnOnce(&Page<'_>) -> Result<()>) {
    journey_over_a_line(Screen::Phone, async |shop, faults, browser| {
        serve(faults)?;
        let line = shop.line_id(LINE).await?;
        browser.visit(&format!("{}/strange/{name}?order-line={line}", shop.entrance())).await?;
        let site = damage_report_e2e::stage::Stage::from_environment()?.site;
        customer(&Page { shop, faults, browser, site }).await
    })
    .await;
}

fn serve(faults: &FaultServer) -> Result<()> {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("strange"))? {
        let path = entry?.path();
        let kind = if path.extension().is_some_and(|kind| kind == "js") { "text/javascript" } else { "text/html" };
        let answer = Answer::file(&format!("{kind}; charset=utf-8"), fs::read(&path)?);
        let name = format!("strange/{}", path.file_name().unwrap_or_default().display());
        faults.add(Rule::new(Asked::Site, When::Always, Fault::Instead(answer)).for_file(&name));
    }
    Ok(())
}

fn gone() -> Answer {
    Answer::refusal(404, "route_unknown", "never")
}

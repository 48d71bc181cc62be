//! Browser APIs that are absent, refuse or never answer: a report goes in all the same, or the shop's own words come, within ten
//! seconds, and the page hears of it. The table is in `odd_hosts/lacking.js`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use damage_report_e2e::{
    faults::{FakeAnswer, Fault, FaultRule, Occurrence, RequestKind},
    odd_hosts::on_odd_host_within,
    photos::PhotoFile,
    shop::Scenario,
    wait::eventually_within,
};
use serde_json::{Value, json};

/// Several frames at a time take two seconds a line on two processors; a busy machine takes longer.
const WAIT_MAX: Duration = Duration::from_secs(500);

/// A claim as a backend takes it: that of the shop would take one for its order line, and no other.
fn claim() -> Value {
    json!({
        "reference": "DR-7K3M9QXA2T",
        "received_at": "2026-11-22T09:12:30Z",
        "late": false,
        "claim": {
            "damage": ["screen_broken"],
            "description": "",
            "photos": { "device": ["a".repeat(64), "b".repeat(64), "c".repeat(64)] },
            "missing": { "packaging": "other", "label": "other" },
        },
        "progress": {
            "investigation": { "state": "open", "since": "2026-11-23" },
            "return_shipment": { "state": "label_pending" },
            "resolution": { "state": "pending" },
        },
        "resolution_due": "2026-11-25",
        "has_return_label": false,
    })
}

#[tokio::test]
async fn whatever_a_browser_lacks_a_report_goes_in_or_the_shops_own_words_come() {
    on_odd_host_within(WAIT_MAX, "lackings.html", async |page| {
        let line = page.shop.line_id(Scenario::DeliveredYesterday).await?;
        let as_read = serde_json::to_value(page.shop.order_line(Scenario::DeliveredYesterday).await?)?;
        // Every page is the first to be seen, and the only one to send.
        page.faults.add_rule(FaultRule::new(
            RequestKind::ReadLine,
            Occurrence::Always,
            Fault::Instead(FakeAnswer::json(200, &as_read)),
        ));
        page.faults.add_rule(FaultRule::new(
            RequestKind::Submit,
            Occurrence::Always,
            Fault::Instead(FakeAnswer::json(201, &claim())),
        ));
        for n in 0..3 {
            page.replace_file(
                &format!("odd_hosts/photo-{n}.jpg"),
                FakeAnswer::file("image/jpeg", PhotoFile::small(n)?.bytes()?),
            );
        }
        page.browser.run_script("begin(arguments[0]);", vec![json!(line)]).await?;
        eventually_within(WAIT_MAX, "all frames to end", || async {
            Ok((page.run_script("return isDone;").await? == true).then_some(()))
        })
        .await?;
        let outcomes: Vec<(String, String, String)> =
            serde_json::from_value(page.run_script("return outcomes;").await?)?;
        assert!(outcomes.len() > 100, "the table is not all there: {}", outcomes.len());
        let wrong: Vec<_> = outcomes.into_iter().filter(|(_, expected, outcome)| expected != outcome).collect();
        assert!(wrong.is_empty(), "what was lacking, what was to come of it, what came: {wrong:#?}");
        Ok(())
    })
    .await;
}

/// What `new` makes and what is asked of the browser's own objects, in the scripts of `js/`.
#[test]
fn everything_that_the_scripts_touch_is_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = fs::read_to_string(root.join("e2e/odd_hosts/lacking.js")).expect("the table is there");
    let mut untried = BTreeSet::new();
    for path in scripts(&root.join("js")) {
        let script = fs::read_to_string(&path).expect("a script can be read");
        for line in script.lines().map(str::trim_start).filter(|line| !line.starts_with(['*', '/'])) {
            for touched in touched(line) {
                // A key has quotes only where it needs them.
                let is_tried = table.contains(&format!("\"{touched}")) || table.contains(&format!("  {touched}:"));
                if !is_tried && !OF_THE_LANGUAGE.contains(&touched.as_str()) {
                    untried.insert(touched);
                }
            }
        }
    }
    assert_eq!(untried, BTreeSet::new(), "add a line to odd_hosts/lacking.js for each");
}

/// Every script in `folder` and below.
fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the scripts are there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths
        .flat_map(|path| if path.is_dir() { scripts(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "js"))
        .collect()
}

/// Globals that come with the language, or so early that a browser without it runs no modules; and our own.
const OF_THE_LANGUAGE: [&str; 22] = [
    "Array",
    "Bits",
    "Blob",
    "CustomEvent",
    "DOMException",
    "DataView",
    "Error",
    "Event",
    "File",
    "Map",
    "PageHistory",
    "Picture",
    "Promise",
    "Report",
    "Scans",
    "Set",
    "URL",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "WeakMap",
    "WeakSet",
];

fn touched(line: &str) -> Vec<String> {
    const SUBTLE: &str = "SubtleCrypto.prototype.";
    const OBJECTS: [&str; 6] = ["navigator", "crypto", "history", "performance", "AbortSignal", "Intl"];
    let name_at = |at: usize| line[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '.').collect::<String>();
    let made = line.match_indices("new ").map(|(at, found)| name_at(at + found.len()));
    let is_own = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || ".#-\"'".contains(c));
    let asked = OBJECTS.iter().flat_map(|object| line.match_indices(object));
    let asked = asked.filter(|(at, _)| is_own(*at)).map(|(at, _)| name_at(at)).filter(|name| name.contains('.'));
    let by_their_kind =
        |name: String| name.replace("crypto.subtle.", SUBTLE).replace("navigator.locks.", "LockManager.prototype.");
    let names = made.chain(asked).map(|name| by_their_kind(name.trim_end_matches('.').to_owned()));
    names.filter(|name| name.starts_with(char::is_alphabetic)).collect()
}

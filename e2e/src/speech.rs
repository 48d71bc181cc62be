//! The text that a screen reader gets of a page, compared with the reference under `e2e/speech`.
//!
//! It comes from the browser's own accessibility tree, in which the names, roles and states are that the browser hands to
//! screen readers; the document would only tell what they were made from. Which pages there are is for the journeys to say.

use std::{collections::HashMap, env, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{browser::Browser, pages::ReportWidget};

/// Set to anything, the texts are made anew instead of compared.
const RENEW: &str = "DAMAGE_REPORT_RENEW_SPEECH";

/// From this package to the texts.
const REFERENCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/speech");

/// Roles that a screen reader does not announce: it goes on to their content.
const SILENT: [&str; 10] = [
    "generic",
    "none",
    "LabelText",
    "Legend",
    "strong",
    "form",
    "Abbr",
    "SectionWithoutName",
    "DescriptionList",
    "RootWebArea",
];

/// A node of the browser's accessibility tree.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    node_id: String,
    ignored: bool,
    role: Option<Told>,
    name: Option<Told>,
    description: Option<Told>,
    value: Option<Told>,
    #[serde(default)]
    properties: Vec<Property>,
    #[serde(default)]
    child_ids: Vec<String>,
    #[serde(rename = "backendDOMNodeId")]
    element: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Property {
    name: String,
    value: Told,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    #[serde(default)]
    value: Value,
}

/// One line of what is heard, and how deep in the page.
struct Line {
    depth: usize,
    words: String,
    /// Only the words of a text, which belong to their container.
    is_text: bool,
}

/// The speech of `report` now: a line for each thing, with its role, its name and its states.
///
/// # Errors
///
/// When the browser does not tell.
pub async fn spoken_text(browser: &Browser, report: &ReportWidget<'_>) -> Result<String> {
    let find = json!({ "expression": format!("document.querySelector({})", json!(report.host_selector())) });
    let found = browser.send_devtools_command("Runtime.evaluate", find).await?;
    let described =
        browser.send_devtools_command("DOM.describeNode", json!({ "objectId": found["result"]["objectId"] })).await?;
    let host = described["node"]["backendNodeId"].as_u64().context("the widget is not on the page")?;
    let mut tree = browser.send_devtools_command("Accessibility.getFullAXTree", json!({})).await?;
    let nodes: Vec<Node> = serde_json::from_value(tree["nodes"].take())?;
    tell(&nodes, host)
}

/// Compares `words` with those kept under `name`; or keeps them, where the texts are renewed.
///
/// # Errors
///
/// When they differ, or none are kept; with what differs.
pub fn compare_with_reference(name: &str, words: &str) -> Result<()> {
    let path = Path::new(REFERENCES).join(format!("{name}.txt"));
    if env::var_os(RENEW).is_some() {
        fs::create_dir_all(REFERENCES)?;
        fs::write(&path, words)?;
        return Ok(());
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept == words {
        return Ok(());
    }
    bail!(
        "a screen reader gets something else of {name} (- as it was, + as it is):\n{}\nIf a blind customer is to hear \
         that, {RENEW}=1 renews {}.",
        difference(&kept, words),
        path.display()
    )
}

/// The lines for the element `host` and what is in it.
fn tell(nodes: &[Node], host: u64) -> Result<String> {
    let by_id: HashMap<_, _> = nodes.iter().map(|node| (node.node_id.as_str(), node)).collect();
    let host = nodes.iter().find(|node| node.element == Some(host)).context("a screen reader gets nothing of it")?;
    let lines = host.lines(&by_id, 0, "");
    Ok(lines.iter().map(|line| format!("{}{}\n", "  ".repeat(line.depth), line.words)).collect())
}

impl Node {
    /// The speech of this node and its content, at `depth`; `said` was announced already.
    fn lines(&self, by_id: &HashMap<&str, &Node>, depth: usize, said: &str) -> Vec<Line> {
        let role = text(self.role.as_ref());
        let name = text(self.name.as_ref());
        if matches!(role.as_str(), "InlineTextBox" | "ListMarker") {
            return Vec::new();
        }
        if role == "StaticText" && !self.ignored {
            let is_said = name.is_empty() || said.contains(&name);
            return if is_said { Vec::new() } else { vec![Line { depth, words: name, is_text: true }] };
        }
        let children = || self.child_ids.iter().filter_map(|id| by_id.get(id.as_str()));
        let inside =
            |depth, said: &str| children().flat_map(|child| child.lines(by_id, depth, said)).collect::<Vec<_>>();
        if self.ignored || SILENT.contains(&role.as_str()) {
            // The words of a label are those of what it names, where that stands in it.
            let named: String = if role == "LabelText" { self.names_inside(by_id) } else { String::new() };
            return inside(depth, &[said, &named].concat());
        }
        // The text in a field is its value.
        let inside = if role == "textbox" { Vec::new() } else { inside(depth + 1, &[said, &name].concat()) };
        // One role has a name of the engine's own.
        let mut words = if role == "DisclosureTriangle" { "summary".to_owned() } else { role.clone() };
        // Text alone stands on the line of what it is the text of.
        let is_folded = name.is_empty() && !inside.is_empty() && inside.iter().all(|line| line.is_text);
        let name = if is_folded {
            inside.iter().map(|line| line.words.as_str()).collect::<Vec<_>>().join(" | ")
        } else {
            name
        };
        if !name.is_empty() {
            words.extend([": ", &name]);
        }
        let states = self.states(&role);
        if !states.is_empty() {
            words.extend([" [", &states.join(", "), "]"]);
        }
        let line = Line { depth, words, is_text: false };
        [line].into_iter().chain(if is_folded { Vec::new() } else { inside }).collect()
    }

    /// The names of what stands in this node.
    fn names_inside(&self, by_id: &HashMap<&str, &Node>) -> String {
        let children = self.child_ids.iter().filter_map(|id| by_id.get(id.as_str()));
        let names = children.map(|child| match text(child.role.as_ref()).as_str() {
            "StaticText" | "InlineTextBox" => String::new(),
            _ => [text(child.name.as_ref()), child.names_inside(by_id)].concat(),
        });
        names.collect()
    }

    /// The words after the name.
    fn states(&self, role: &str) -> Vec<String> {
        let mut states = Vec::new();
        let value = text(self.value.as_ref());
        // A button for files has one as well, in the browser's language regardless of the page's.
        if role == "textbox" && !value.is_empty() {
            states.push(format!("value {value}"));
        }
        for Property { name, value } in &self.properties {
            let value = text(Some(value));
            states.extend(match (name.as_str(), value.as_str()) {
                ("checked", "false") => Some("not checked".to_owned()),
                ("expanded", "false") => Some("collapsed".to_owned()),
                ("invalid" | "busy" | "disabled" | "hasPopup" | "required" | "readonly", "false") => None,
                ("invalid" | "busy" | "checked" | "disabled" | "expanded" | "required" | "readonly", _) => {
                    Some(name.clone())
                }
                ("focused", "true") => Some("has the focus".to_owned()),
                ("level", _) if role == "heading" => Some(format!("level {value}")),
                // Some roles are live as they are.
                ("live", _) if !matches!(role, "status" | "alert") => Some(format!("live {value}")),
                _ => None,
            });
        }
        let description = text(self.description.as_ref());
        if !description.is_empty() {
            states.push(format!("described by {description}"));
        }
        states
    }
}

/// A value in one line.
fn text(told: Option<&Told>) -> String {
    let value = told.map(|told| &told.value).unwrap_or(&Value::Null);
    let words = match value {
        Value::String(words) => words.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of both, each once where they are the same, and marked where they are not.
fn difference(was: &str, is: &str) -> String {
    let (was, is): (Vec<_>, Vec<_>) = (was.lines().collect(), is.lines().collect());
    // How many lines the rests have in common from here on.
    let mut common = vec![vec![0_usize; is.len() + 1]; was.len() + 1];
    for before in (0..was.len()).rev() {
        for now in (0..is.len()).rev() {
            common[before][now] = if was[before] == is[now] {
                common[before + 1][now + 1] + 1
            } else {
                common[before + 1][now].max(common[before][now + 1])
            };
        }
    }
    let (mut before, mut now) = (0, 0);
    let mut lines = Vec::new();
    while before < was.len() || now < is.len() {
        if was.get(before).is_some_and(|line| is.get(now) == Some(line)) {
            lines.push(format!("  {}", was[before]));
            (before, now) = (before + 1, now + 1);
        } else if now == is.len() || (before < was.len() && common[before + 1][now] >= common[before][now + 1]) {
            lines.push(format!("- {}", was[before]));
            before += 1;
        } else {
            lines.push(format!("+ {}", is[now]));
            now += 1;
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_stands_where_it_belongs() {
        assert_eq!(difference("a\nb\nc\n", "a\nd\nc\n"), "  a\n- b\n+ d\n  c");
        assert_eq!(difference("", "a\n"), "+ a");
        assert_eq!(difference("a\nb", "b"), "- a\n  b");
    }

    #[test]
    fn the_words_of_a_choice_are_heard_once_and_its_state_after_them() {
        let tree = json!([
            { "nodeId": "1", "ignored": true, "childIds": ["2"], "backendDOMNodeId": 7 },
            { "nodeId": "2", "ignored": false, "role": { "value": "LabelText" }, "childIds": ["3", "4"] },
            {
                "nodeId": "3", "ignored": false, "role": { "value": "checkbox" }, "name": { "value": "Dent" },
                "properties": [{ "name": "checked", "value": { "value": "true" } }],
            },
            { "nodeId": "4", "ignored": false, "role": { "value": "StaticText" }, "name": { "value": "Dent" } },
        ]);
        let nodes: Vec<Node> = serde_json::from_value(tree).unwrap();
        // A tick box tells its state as text too.
        assert_eq!(tell(&nodes, 7).unwrap(), "checkbox: Dent [checked]\n");
    }
}

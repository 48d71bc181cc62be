//! Leptos's feature `delegation` must stay off.

use anyhow::{Result, bail};

use crate::process::read_output;
use crate::workspace::{WASM, Workspace};

/// Refuses leptos's feature `delegation`: `change` and `submit` would never reach handlers in a shadow root, and a
/// submit would take the customer away from the shop's page.
pub(crate) fn check_delegation(workspace: &Workspace) -> Result<()> {
    let tree = read_output(workspace.cargo_command().args([
        "tree",
        "--package=damage-report",
        "--target",
        WASM,
        "--edges=normal",
        "--prefix=none",
        "--format={p}|{f}",
    ]))?;
    match delegating_package(&tree)? {
        None => Ok(()),
        Some(package) => bail!(
            "{package} has its feature `delegation` on. `cargo tree -p damage-report -e features -i {package}` shows \
             who asks for it."
        ),
    }
}

/// The first package in the output of `cargo tree` that delegates events.
fn delegating_package(tree: &str) -> Result<Option<&str>> {
    let packages: Vec<(&str, &str)> = tree
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(package, features)| (package.split(' ').next().unwrap_or(package), features))
        .collect();
    for expected in ["leptos", "tachys"] {
        if packages.iter().all(|(package, _)| *package != expected) {
            bail!("{expected} is not among the widget's packages, so nothing can be said about its features.");
        }
    }
    let delegates = |features: &str| features.split([',', ' ']).any(|feature| feature == "delegation");
    Ok(packages.into_iter().find(|(_, features)| delegates(features)).map(|(package, _)| package))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delegation_is_seen_among_the_features_of_a_package() {
        let off = "damage-report v0.1.0 (path)|\nleptos v0.8.23|csr,default\ntachys v0.2.11|default";
        assert_eq!(delegating_package(off).unwrap(), None);
        let on = "leptos v0.8.23|csr,delegation\ntachys v0.2.11|default,delegation";
        assert_eq!(delegating_package(on).unwrap(), Some("leptos"));
    }

    #[test]
    fn a_widget_without_leptos_is_not_waved_through() {
        assert!(delegating_package("damage-report v0.1.0|").is_err());
    }
}

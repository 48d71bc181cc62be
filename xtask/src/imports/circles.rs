//! Finds files that use each other in a circle, and the shortest path around each circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};

/// Which file uses which. An arrow carries the line of one use, to help undo it.
#[derive(Debug, Default)]
pub(super) struct ImportGraph {
    arrows: BTreeMap<PathBuf, BTreeMap<PathBuf, Use>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    line: usize,
    name: String,
}

/// Files, each of which uses the next, and the last the first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ImportCircle(Vec<(PathBuf, Use)>);

impl ImportGraph {
    /// Records that `from` uses `name` of `to` in this line. A file that uses itself makes no arrow.
    pub(super) fn add(&mut self, from: &Path, to: &Path, line: usize, name: &str) {
        if from != to {
            let uses = self.arrows.entry(from.to_path_buf()).or_default();
            uses.entry(to.to_path_buf()).or_insert_with(|| Use { line, name: name.to_owned() });
        }
    }

    /// Adds all arrows of another graph.
    pub(super) fn extend(&mut self, other: Self) {
        for (from, uses) in other.arrows {
            self.arrows.entry(from).or_default().extend(uses);
        }
    }

    /// The shortest circle through each file. A circle that shares a file with a shorter one is left out: once that one is undone, the next
    /// run shows it if it still exists.
    pub(super) fn circles(&self) -> Vec<ImportCircle> {
        let mut shortest: Vec<Vec<&PathBuf>> = self.arrows.keys().filter_map(|file| self.way_back(file)).collect();
        shortest.sort_by_key(Vec::len);
        let mut seen = BTreeSet::new();
        let mut circles = vec![];
        for files in shortest {
            if files.iter().any(|file| seen.contains(file)) {
                continue;
            }
            seen.extend(files.iter().copied());
            let next = files.iter().cycle().skip(1);
            let steps = files.iter().zip(next).map(|(from, to)| ((*from).clone(), self.arrows[*from][*to].clone()));
            circles.push(ImportCircle(steps.collect()));
        }
        circles
    }

    /// The files of the shortest circle through `start`, which comes first.
    fn way_back<'a>(&'a self, start: &'a PathBuf) -> Option<Vec<&'a PathBuf>> {
        let mut came_from: BTreeMap<&PathBuf, &PathBuf> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(file) = queue.pop_front() {
            for next in self.arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
                if next == start {
                    let mut way = vec![file];
                    while way[way.len() - 1] != start {
                        way.push(came_from[way[way.len() - 1]]);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !came_from.contains_key(next) {
                    came_from.insert(next, file);
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

impl fmt::Display for ImportCircle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.0.iter().cycle().skip(1);
        for ((from, Use { line, name }), (to, _)) in self.0.iter().zip(next) {
            writeln!(f, "  {} → {} ({name}, line {line})", from.display(), to.display())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arrows: &[(&str, &str)]) -> ImportGraph {
        let mut graph = ImportGraph::default();
        for (from, to) in arrows {
            graph.add(Path::new(from), Path::new(to), 7, "x");
        }
        graph
    }

    #[test]
    fn arrows_that_run_down_are_no_circle() {
        assert_eq!(graph(&[("a", "b"), ("b", "c"), ("a", "c"), ("c", "c")]).circles(), []);
    }

    #[test]
    fn a_circle_is_told_by_its_shortest_way() {
        let graph = graph(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("c", "a"), ("x", "a")]);
        let circles = graph.circles();
        assert_eq!(circles.len(), 1, "{circles:?}");
        assert_eq!(circles[0].to_string(), "  a → b (x, line 7)\n  b → c (x, line 7)\n  c → a (x, line 7)\n");
    }
}

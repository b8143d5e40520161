//! Links in the documents: whether what they lead to, within the repository, is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::root;
use crate::steps::Outcome;

/// Folders with documents, beside the root.
const FOLDERS: [&str; 2] = ["", "docs"];

/// Fails where a link leads to a file that there is not, or to a heading that its file has not.
pub(crate) fn lead_somewhere() -> Outcome {
    let mut followed = 0;
    let mut wrong = Vec::new();
    for document in documents()? {
        let text = fs::read_to_string(&document).map_err(|error| format!("{}: {error}", document.display()))?;
        for link in links(&text) {
            followed += 1;
            if let Err(why) = follow(&document, link) {
                wrong.push(format!("{}: {link}: {why}", document.display()));
            }
        }
    }
    if wrong.is_empty() {
        println!("{followed} links in the documents lead somewhere.");
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn documents() -> Result<Vec<PathBuf>, String> {
    let root = root()?;
    let entries = FOLDERS
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).into_iter().flatten().flatten());
    let files = entries.map(|entry| entry.path());
    Ok(files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect())
}

fn follow(document: &Path, link: &str) -> Result<(), &'static str> {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let path = if file.is_empty() {
        document.to_owned()
    } else {
        document.with_file_name(file)
    };
    if !path.exists() {
        return Err("there is no such file");
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    if heading.is_empty() || anchors(&text).contains(heading) {
        Ok(())
    } else {
        Err("there is no such heading")
    }
}

/// What `[…](…)` leads to, but for addresses elsewhere.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
}

/// The names by which headings are linked to, as GitHub and its like make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let name = |heading: &str| -> String {
        let title = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        title
            .chars()
            .filter(|character| character.is_alphanumeric() || "-_".contains(*character))
            .collect()
    };
    headings.map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_in_the_documents_leads_somewhere() {
        assert_eq!(lead_somewhere(), Ok(()));
    }

    #[test]
    fn a_link_is_found_and_an_address_elsewhere_left_alone() {
        let text = "See [a](docs/a.md), ![b](b.png) and [c](https://c.example/x).\n[d](#so-what)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["docs/a.md", "b.png", "#so-what"]);
    }

    #[test]
    fn a_heading_is_linked_to_by_its_words() {
        let names = anchors("# What, and `why`?\n\ntext\n## For [account]\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["for-account", "what-and-why"]);
    }
}

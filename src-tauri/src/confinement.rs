//! What keeps the page in its place stands in files that no compiler holds against each other: build script, capability, configuration, manifest
//! and the page's own side. The tests here do.

use std::collections::BTreeSet;

use serde_json::Value;

const BUILD_SCRIPT: &str = include_str!("../build.rs");
const CAPABILITY: &str = include_str!("../capabilities/flyout.json");
const COMMANDS: &str = include_str!("commands.rs");
const CONFIGURATION: &str = include_str!("../tauri.conf.json");
const MANIFEST: &str = include_str!("../Cargo.toml");
const PAGE: &str = include_str!("../../ui/src/agent/tauri.ts");

/// The names between `start` and `end`, without what they are wrapped in.
fn names(text: &str, start: &str, end: &str) -> BTreeSet<String> {
    let (_, after) = text.split_once(start).unwrap();
    let (list, _) = after.split_once(end).unwrap();
    let bare = list
        .split(',')
        .map(|name| name.trim_matches(|c: char| !c.is_alphanumeric()));
    bare.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_page_may_call_the_commands_that_there_are_and_nothing_else() {
    let commands = names(COMMANDS, "generate_handler![", "]");
    assert!(commands.len() > 2, "{commands:?}");
    assert_eq!(names(BUILD_SCRIPT, ".commands(&[", "]"), commands, "build script");
    let called: BTreeSet<String> = PAGE
        .split("invoke('")
        .skip(1)
        .map(|call| call.split_once('\'').unwrap().0.to_owned())
        .collect();
    assert_eq!(called, commands, "the page's side");

    let capability: Value = serde_json::from_str(CAPABILITY).unwrap();
    let allowed: BTreeSet<&str> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let expected: BTreeSet<String> = commands
        .iter()
        .map(|name| format!("allow-{}", name.replace('_', "-")))
        .collect();
    assert_eq!(allowed, expected.iter().map(String::as_str).collect(), "capability");
    assert_eq!(capability["windows"], serde_json::json!(["flyout"]));
    assert_eq!(capability["remote"], Value::Null, "no other page has any");
}

#[test]
fn the_page_runs_its_own_scripts_and_reaches_its_own_process() {
    let configuration: Value = serde_json::from_str(CONFIGURATION).unwrap();
    let security = &configuration["app"]["security"];
    let policy: Vec<(&str, Vec<&str>)> = security["csp"]
        .as_str()
        .unwrap()
        .split(';')
        .map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next().unwrap(), words.collect())
        })
        .collect();
    let allowed = |name: &str| &policy.iter().find(|(directive, _)| *directive == name).expect(name).1;
    for nothing in ["default-src", "base-uri", "form-action", "object-src"] {
        assert_eq!(*allowed(nothing), ["'none'"], "{nothing}");
    }
    for own in ["script-src", "style-src", "font-src"] {
        assert_eq!(*allowed(own), ["'self'"], "{own}");
    }
    assert_eq!(*allowed("img-src"), ["'self'", "data:"]);
    assert_eq!(*allowed("connect-src"), ["ipc:", "http://ipc.localhost"]);
    assert_eq!(policy.len(), 9, "a directive that nobody looked at");

    assert_eq!(security["capabilities"], serde_json::json!(["flyout"]));
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["dangerousDisableAssetCspModification"], Value::Null);
    assert_eq!(security["assetProtocol"], Value::Null);
    assert_eq!(configuration["app"]["withGlobalTauri"], false);
    assert_eq!(configuration["app"]["windows"], serde_json::json!([]));
}

#[test]
fn a_release_has_no_developer_tools() {
    assert!(
        !MANIFEST.contains("devtools"),
        "Tauri leaves them out unless this feature asks for them"
    );
}

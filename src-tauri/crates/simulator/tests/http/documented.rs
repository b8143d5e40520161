//! The lines of shell in the crate's documentation, run as they stand there.

use serde_json::json;

use crate::walk::{self, Stage};

/// A line such as `json $S/simulator/clock -d '{"advance":"PT1H"}'  # forward only`.
#[derive(Debug)]
struct Line {
    delete: bool,
    path: String,
    body: Option<String>,
}

/// The three forms that the documentation uses, and nothing else of a shell.
fn lines(oid: &str) -> Vec<Line> {
    let source = include_str!("../../src/lib.rs");
    let documentation = source.lines().filter_map(|line| line.strip_prefix("//! "));
    let commands = documentation.filter(|line| line.starts_with("curl ") || line.starts_with("json $S"));
    commands
        .map(|line| {
            let (command, body) = match line.split_once(" -d '") {
                Some((command, rest)) => (command, Some(rest.split_once('\'').unwrap().0.replace("$OID", oid))),
                None => (line.split(" #").next().unwrap().trim_end(), None),
            };
            assert_eq!(command.starts_with("json "), body.is_some(), "{line}");
            let path = command.split_once("$S").unwrap().1.trim().to_owned();
            Line {
                delete: command.contains("-X DELETE"),
                path,
                body,
            }
        })
        .collect()
}

#[tokio::test]
async fn every_documented_line_works() {
    let stage = Stage::open().await;
    let lines = lines(&stage.simulator.announcement().oid);
    assert!(lines.len() > 25, "{lines:?}");
    for line in lines {
        let url = stage.at(&line.path);
        let request = match &line.body {
            Some(body) => stage
                .client
                .post(url)
                .header("content-type", "application/json")
                .body(body.clone()),
            None if line.delete => stage.client.delete(url),
            None => stage.client.get(url),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        assert!(
            status.is_success(),
            "{line:?}: {status} {}",
            answer.text().await.unwrap()
        );
    }
    let world = stage.look("state").await;
    let settings = json!({"cloud": "us-gov", "lag": "PT3S", "budget": {"requests": 20, "window": "PT10S"}});
    assert_eq!(world["tenant"], settings);
    let person = &world["people"][0];
    assert_eq!(person["zone"], "Europe/Berlin");
    assert_eq!(person["automatic_replies"]["message"], "Back on Monday");
    assert_eq!(
        person["status_message"]["content"],
        "At the dentist<pinnednote></pinnednote>"
    );
    assert_eq!(
        walk::json(stage.client.get(stage.at("/simulator/weather")).send().await.unwrap()).await,
        json!([])
    );
}

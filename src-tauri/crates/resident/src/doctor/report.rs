//! The findings as a text: a line each, and its advice below it.

use phrases::Language;

use super::{Finding, State};

/// What was found, to be read. `paint` may colour the mark that stands before each finding.
pub(crate) fn report(findings: &[Finding], language: Language, paint: impl Fn(State, &str) -> String) -> String {
    let phrases = language.phrases();
    let mark = |state| {
        phrases.text(match state {
            State::Ok => "doctor.mark.ok",
            State::Warn => "doctor.mark.warn",
            State::Fail => "doctor.mark.fail",
        })
    };
    let width = [State::Ok, State::Warn, State::Fail]
        .map(|state| mark(state).chars().count())
        .into_iter()
        .max()
        .unwrap_or_default();
    let lines = findings.iter().flat_map(|finding| {
        let mark = format!("{:width$}", mark(finding.state));
        let line = format!("{}  {}", paint(finding.state, &mark), finding.message);
        let advice = finding
            .advice
            .iter()
            .map(move |advice| format!("{:width$}  → {advice}", ""));
        std::iter::once(line).chain(advice)
    });
    lines.collect::<Vec<_>>().join("\n")
}

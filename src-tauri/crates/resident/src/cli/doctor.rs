//! `presence-tray doctor`, in its four forms: the findings; how to register the app; a mail to an administrator; what an error number means.

use engine::{Code, Failure, Reference, Trouble};
use identity::Diagnosis;
use serde_json::json;

use super::{
    args::Examination,
    print::{self, Printer},
    request,
    style::{BAD, DOUBTFUL, GOOD},
};
use crate::{
    doctor::{self, Finding, State},
    folders::Folders,
    recipe::{HowToRegister, Mail},
    settings::Settings,
};

pub(crate) async fn doctor(asked: &Examination, demo: bool, printer: &Printer) -> Result<(), Trouble> {
    if demo {
        return Err(request::wrong(printer.language, "doctor-of-demo", &[]));
    }
    let diagnosis = asked
        .explain
        .as_deref()
        .map(|text| diagnosed(text, printer))
        .transpose()?;
    if asked.recipe {
        let how = HowToRegister::new(&settings(printer)?, asked.device, printer.language);
        let how = how.map_err(|failure| failure.trouble(printer.language))?;
        printer.result(&how, || how.text(printer.language));
        return Ok(());
    }
    if asked.mail {
        let folders = folders(printer)?;
        let registration = settings(printer)?.registration(&folders.settings_file().display().to_string());
        let registration = registration.map_err(|failure| failure.trouble(printer.language))?;
        let mail = Mail::new(&registration, diagnosis.as_ref(), printer.language);
        printer.result(&mail, || format!("{}\n\n{}", mail.subject, mail.body));
        return Ok(());
    }
    if let Some(diagnosis) = diagnosis {
        explain(&diagnosis, printer);
        return Ok(());
    }
    let findings = doctor::examine(printer.language).await;
    let report = json!({"version": env!("CARGO_PKG_VERSION"), "checks": findings});
    printer.result(&report, || in_words(&findings, printer));
    match doctor::worst(&findings) {
        None => Ok(()),
        Some(worst) => Err(Trouble {
            code: worst.code.unwrap_or(Code::Failed),
            message: worst.message.clone(),
            advice: worst.advice.clone().unwrap_or_default(),
            reference: Reference::default(),
        }),
    }
}

fn in_words(findings: &[Finding], printer: &Printer) -> String {
    let findings = findings.iter().map(|finding| Finding {
        message: print::printable(&finding.message),
        advice: finding.advice.as_deref().map(print::printable),
        ..finding.clone()
    });
    let findings: Vec<_> = findings.collect();
    doctor::report(&findings, printer.language, |state, mark| {
        let style = match state {
            State::Ok => GOOD,
            State::Warn => DOUBTFUL,
            State::Fail => BAD,
        };
        format!("{style}{mark}{style:#}")
    })
}

/// A number, or a whole error page, as it was copied from the browser.
fn diagnosed(text: &str, printer: &Printer) -> Result<Diagnosis, Trouble> {
    Diagnosis::of_text(text).ok_or_else(|| request::wrong(printer.language, "no-error-number", &[]))
}

fn explain(diagnosis: &Diagnosis, printer: &Printer) {
    let trouble = crate::failures::told(Code::SignInRefused, diagnosis).trouble(printer.language);
    printer.result(&trouble, || format!("{}\n{}", trouble.message, trouble.advice));
}

fn folders(printer: &Printer) -> Result<Folders, Trouble> {
    Folders::of_user().map_err(|failure| failure.trouble(printer.language))
}

fn settings(printer: &Printer) -> Result<Settings, Trouble> {
    let reading = Settings::read(&folders(printer)?.settings_file());
    let reading =
        reading.map_err(|error| Failure::with(Code::Settings, error.to_string()).trouble(printer.language))?;
    Ok(reading.settings)
}

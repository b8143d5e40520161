//! The pages a browser shows: plain forms that need no script. Whatever comes from a request is escaped.

mod frame;

use axum::http::StatusCode;
use axum::response::Response;

use crate::tenant::authorization::{AccessRequest, Step};
use crate::tenant::consent::AdminConsentRequest;
use crate::tenant::organisation::Organisation;
use crate::tenant::people::{Account, TENANT_NAME};
use crate::tenant::permission::Permission;
use frame::{Page, SUBMIT, escaped, hidden};

/// Name of the application, as a consent page calls it.
const APPLICATION: &str = "Presence application";

/// Fields a form carries along.
type Hidden = [(&'static str, String)];

/// An account a page offers, and what to expect of it.
pub(super) struct Choice {
    pub(super) account: Account,
    pub(super) note: Option<&'static str>,
}

/// Who do you want to be? The form goes to the very address of the page, so the request stays the same.
pub(super) fn sign_in(request: &AccessRequest, choices: &[Choice], carried: &Hidden, target: Option<&str>) -> Response {
    let people: String = choices.iter().map(person).collect();
    let asked: Vec<&str> = request.permissions().collect();
    let asked = if asked.is_empty() {
        "to know who you are".to_owned()
    } else {
        asked.join(", ")
    };
    Page::new(
        "Sign in",
        format!(
            "<h1>Sign in to {TENANT_NAME}</h1>\n\
             <p>The application asks for: {asked}.</p>\n\
             <form method=\"post\">\n{}<ul class=\"people\">\n{people}</ul>\n\
             <button type=\"submit\" name=\"cancel\" value=\"1\" id=\"cancel\">Cancel</button>\n</form>\n",
            hidden(carried)
        ),
    )
    .answering(target)
    .respond()
}

/// The page that follows the choice of an account, if there is one.
pub(super) fn decision(account: &Account, step: &Step, carried: &Hidden, target: Option<&str>) -> Response {
    let page = match step {
        Step::Consent(permissions) => consent(account, permissions, carried),
        Step::Approval { workflow, missing } => approval(account, missing, *workflow, carried),
        Step::Requested | Step::Agreed => requested(account, carried),
    };
    page.answering(target).respond()
}

/// May the application do this?
fn consent(account: &Account, permissions: &[&'static Permission], carried: &Hidden) -> Page {
    let allowed = permissions
        .iter()
        .map(|permission| permitted(permission))
        .collect::<String>();
    Page::new(
        "Permissions requested",
        format!(
            "{who}<h1>Permissions requested</h1>\n<p><strong>{APPLICATION}</strong> would like to:</p>\n\
             <ul class=\"permissions\">\n{allowed}{always}</ul>\n\
             <p class=\"fine\">Accept only what you trust. You can take this back later.</p>\n\
             <form method=\"post\" class=\"answer\">\n{}\
             <button type=\"submit\" name=\"consent\" value=\"decline\" id=\"decline\">Cancel</button>\n\
             <button type=\"submit\" name=\"consent\" value=\"accept\" id=\"accept\" class=\"main\">Accept</button>\n</form>\n",
            hidden(carried),
            who = who(account),
            always = entry(
                "Maintain access to data you have given it access to",
                "Also while you are not using it."
            ),
        ),
    )
}

/// Nothing goes without an administrator.
fn approval(account: &Account, missing: &[&'static Permission], workflow: bool, carried: &Hidden) -> Page {
    let tenant = account
        .organisation
        .map_or("your organization", |organisation| organisation.name);
    let missing = missing
        .iter()
        .map(|permission| permitted(permission))
        .collect::<String>();
    let (title, lead, ask) = if workflow {
        (
            "Approval required",
            format!("This application requires your admin's approval to be used in {tenant}:"),
            "<label for=\"justification\">Enter justification for requesting this app</label>\n\
             <textarea name=\"justification\" id=\"justification\" rows=\"3\" maxlength=\"500\"></textarea>\n",
        )
    } else {
        (
            "Need admin approval",
            format!(
                "{APPLICATION} needs permission to access resources in {tenant} that only an admin can grant. Please ask an \
                 admin to grant permission to this app before you can use it:"
            ),
            "",
        )
    };
    let (back, request) = if workflow {
        let request = "<button type=\"submit\" name=\"consent\" value=\"request\" id=\"request\" class=\"main\">";
        ("Back", format!("{request}Request approval</button>\n"))
    } else {
        ("Return to the application without granting consent", String::new())
    };
    Page::new(
        title,
        format!(
            "{who}<h1>{title}</h1>\n<p>{lead}</p>\n<ul class=\"permissions\">\n{missing}</ul>\n\
             <form method=\"post\" class=\"answer\">\n{}{ask}\
             <button type=\"submit\" name=\"consent\" value=\"decline\" id=\"decline\">{back}</button>\n{request}</form>\n\
             <p class=\"fine\">AADSTS{}</p>\n",
            hidden(carried),
            if workflow { 90_095 } else { 90_094 },
            who = who(account),
        ),
    )
}

/// The administrator was asked.
fn requested(account: &Account, carried: &Hidden) -> Page {
    Page::new(
        "Request sent",
        format!(
            "{}<h1>Request sent</h1>\n<p>Your admin has received your request. Sign in again once it is granted.</p>\n\
             <form method=\"post\" class=\"answer\">\n{}\
             <button type=\"submit\" name=\"consent\" value=\"decline\" id=\"decline\">Back to the application</button>\n\
             </form>\n",
            who(account),
            hidden(carried)
        ),
    )
}

/// May the application do this to everybody?
pub(super) fn admin_consent(request: &AdminConsentRequest, target: Option<&str>) -> Response {
    let allowed: String = request.permissions().into_iter().map(permitted).collect();
    let one = |tenant: &&'static Organisation| {
        format!(
            "<form method=\"post\" class=\"answer\">\n<input type=\"hidden\" name=\"tenant\" value=\"{id}\">\n\
             <p class=\"fine\">{admin}, for everybody of <strong>{name}</strong></p>\n\
             <button type=\"submit\" name=\"consent\" value=\"decline\">Cancel</button>\n\
             <button type=\"submit\" name=\"consent\" value=\"accept\" id=\"accept-{domain}\" class=\"main\">Accept</button>\n\
             </form>\n",
            id = tenant.id,
            admin = tenant.admin,
            name = tenant.name,
            domain = tenant.domain.split('.').next().unwrap_or_default(),
        )
    };
    let tenants: String = request.tenants().iter().map(one).collect();
    Page::new(
        "Permissions requested",
        format!(
            "<h1>Permissions requested</h1>\n<p>Review for your organization. <strong>{APPLICATION}</strong> would like \
             to, for every user:</p>\n<ul class=\"permissions\">\n{allowed}</ul>\n{tenants}"
        ),
    )
    .answering(target)
    .respond()
}

/// Which code does your device show?
pub(super) fn device_code(problem: Option<&str>) -> Response {
    let problem = problem.map_or_else(String::new, |problem| {
        format!(
            "<p role=\"alert\" class=\"alert\" id=\"problem\">{}</p>\n",
            escaped(problem)
        )
    });
    Page::new(
        "Enter code",
        format!(
            "<h1>Enter code to allow access</h1>\n\
             <p>Enter the code displayed on your app or device. Do not enter codes that others sent you.</p>\n{problem}\
             <form method=\"post\" class=\"answer\">\n\
             <input name=\"otc\" id=\"otc\" aria-label=\"Code\" placeholder=\"Code\" autocomplete=\"off\" \
             autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"16\" required autofocus>\n\
             <button type=\"submit\" id=\"next\" class=\"main\">Next</button>\n</form>\n"
        ),
    )
    .respond()
}

/// The other device goes on by itself.
pub(super) fn device_signed_in(account: &Account) -> Response {
    let text = format!(
        "{APPLICATION} is signed in on your device as {}. You may now close this page.",
        account.mail
    );
    note("You have signed in", &text)
}

/// The other device hears of it.
pub(super) fn device_declined() -> Response {
    note(
        "You have declined",
        "The device was not signed in. You may now close this page.",
    )
}

/// Nobody is ever signed in to these pages, so signing out is soon done.
pub(super) fn signed_out() -> Response {
    note(
        "You signed out of your account",
        "It's a good idea to close all browser windows.",
    )
}

/// A heading and a sentence.
pub(super) fn note(title: &str, text: &str) -> Response {
    let (heading, text) = (escaped(title), escaped(text));
    Page::new(title, format!("<h1>{heading}</h1>\n<p id=\"note\">{text}</p>\n")).respond()
}

/// The answer on its way to the application: posts itself, with a button for browsers without scripts.
pub(super) fn form_post(redirect_uri: &str, fields: &Hidden) -> Response {
    Page::new(
        "Signing in",
        format!(
            "<h1>Going back to the application</h1>\n\
             <form method=\"post\" action=\"{}\">\n{}\
             <button type=\"submit\" id=\"continue\" class=\"main\">Continue</button>\n</form>\n\
             <script>{SUBMIT}</script>\n",
            escaped(redirect_uri),
            hidden(fields)
        ),
    )
    .answering(Some(redirect_uri))
    .respond()
}

/// A refusal that the application never hears of, with the ids an administrator asks for.
pub(super) fn problem(text: &str, ids: &[(&'static str, &str)]) -> Response {
    let row = |(name, id): &(&'static str, &str)| format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(id));
    let ids: String = ids.iter().map(row).collect();
    Page::new(
        "Cannot sign in",
        format!(
            "<h1>You cannot be signed in</h1>\n<p role=\"alert\" class=\"alert\" id=\"problem\">{}</p>\n<dl>\n{ids}</dl>\n",
            escaped(text)
        ),
    )
    .with_status(StatusCode::BAD_REQUEST)
    .respond()
}

fn permitted(permission: &Permission) -> String {
    entry(
        permission.title,
        &format!("{} ({})", permission.detail, permission.name),
    )
}

fn entry(title: &str, detail: &str) -> String {
    format!(
        "<li><strong>{}</strong> <small>{}</small></li>\n",
        escaped(title),
        escaped(detail)
    )
}

/// Who one is on this page.
fn who(account: &Account) -> String {
    format!("<p class=\"who\">{}</p>\n", escaped(account.mail))
}

fn person(choice: &Choice) -> String {
    let account = &choice.account;
    let initials: String = account
        .name
        .split([' ', '-'])
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let note = choice.note.map_or_else(String::new, |note| {
        format!(" <small class=\"note\">{}</small>", escaped(note))
    });
    format!(
        "<li><button type=\"submit\" name=\"person\" value=\"{oid}\" id=\"person-{id}\">\
         <span class=\"initials\" aria-hidden=\"true\">{initials}</span>\
         <span><strong>{name}</strong> <small>{mail}</small>{note}</span></button></li>\n",
        oid = account.oid,
        id = account.first_name.to_ascii_lowercase(),
        name = escaped(account.name),
        mail = escaped(account.mail),
    )
}

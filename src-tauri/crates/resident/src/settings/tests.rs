//! Every line of a settings file, right and wrong.

use super::*;

fn problem(text: &str) -> (usize, String) {
    let wrong = Settings::parse(text).err().unwrap();
    (line_of(text, wrong.at), wrong.problem)
}

#[test]
fn an_empty_file_is_the_defaults() {
    let reading = Settings::parse("").ok().unwrap();
    assert_eq!(reading.settings, Settings::default());
    assert!(reading.warnings.is_empty());
}

#[test]
fn a_full_file_is_read() {
    let reading = Settings::parse(
        "[account]\nclient_id = \"c\"\ntenant = \"contoso.example\"\ncloud = \"custom\"\n\
         [account.endpoints]\nauthority = \"http://127.0.0.1:9000/\"\ngraph = \"http://127.0.0.1:9000\"\n\
         [[places]]\nname = \"Headquarters\"\nid = \"b1\"\n[shortcuts]\nopen = \"Ctrl+Alt+P\"\n\
         [interface]\nlanguage = \"de\"\ntheme = \"dark\"\nnotifications = \"none\"\n\
         [[presets]]\nname = \"Lunch\"\npresence = \"be-right-back\"\nmessage = \"At lunch\"\npin = true\nfor = \"30m\"\n\
         location = \"office\"\nplace = \"b1\"\nshortcut = \"Ctrl+Alt+L\"\n\
         [log]\nlevel = \"debug\"\n",
    )
    .ok()
    .unwrap();
    let settings = reading.settings;
    let here: Endpoint = "http://127.0.0.1:9000".parse().unwrap();
    assert_eq!(
        settings.cloud,
        Cloud::Custom {
            authority: here.clone(),
            graph: here
        }
    );
    assert_eq!(settings.tenant.unwrap().as_str(), "contoso.example");
    assert_eq!(settings.client_id.as_deref(), Some("c"));
    assert_eq!(settings.places.len(), 1);
    assert_eq!(settings.shortcuts, [(ShortcutAction::Open, "Ctrl+Alt+P".to_owned())]);
    assert_eq!(settings.log_level, LevelFilter::DEBUG);
    assert_eq!(settings.preferences.theme, engine::Theme::Dark);
    assert_eq!(settings.preferences.language, Some(phrases::Language::German));
    let [lunch] = &*settings.presets.unwrap() else {
        panic!("one preset")
    };
    assert_eq!(lunch.expiry.as_ref().unwrap().to_string(), "30m");
    assert_eq!(lunch.location.as_ref().unwrap().place.as_deref(), Some("b1"));
    assert!(lunch.pinned);
    assert!(reading.warnings.is_empty());
}

#[test]
fn places_may_be_written_inline() {
    let reading = Settings::parse("places = [{ name = \"Headquarters\", id = \"b1\" }]")
        .ok()
        .unwrap();
    assert_eq!(reading.settings.places.len(), 1);
    assert!(Settings::parse("places = []").ok().unwrap().settings.places.is_empty());
}

#[test]
fn an_unknown_key_is_warned_about_with_its_line() {
    let reading = Settings::parse("[account]\ntenant = \"t.example\"\nfavourite = 7\n[colours]\nblue = true\n")
        .ok()
        .unwrap();
    assert_eq!(
        reading.warnings,
        [
            "line 3: unknown key 'account.favourite' is ignored",
            "line 4: unknown key 'colours' is ignored"
        ]
    );
    assert_eq!(reading.settings.tenant.unwrap().as_str(), "t.example");
}

#[test]
fn a_wrong_file_is_refused_with_the_line_and_what_to_write() {
    for (text, line, hint) in [
        ("[account]\ntenant = 7", 2, "text in quotation marks"),
        ("account = 7", 1, "[account]"),
        ("[log]\nlevel = \"loud\"", 2, "\"trace\""),
        ("[account]\n\ncloud = \"moon\"", 3, "us-gov-high"),
        ("[account]\ncloud = \"custom\"", 2, "[account.endpoints]"),
        (
            "[account.endpoints]\nauthority = \"http://127.0.0.1:1\"\ngraph = \"http://127.0.0.1:1\"",
            1,
            "custom",
        ),
        (
            "[account]\ncloud = \"custom\"\n[account.endpoints]\nauthority = \"http://127.0.0.1:1\"",
            3,
            "both",
        ),
        (
            "[account]\ncloud = \"custom\"\n[account.endpoints]\nauthority = \"http://example.com\"\ngraph = \"https://x\"",
            4,
            "authority",
        ),
        ("[account]\nclient_id = \"\"", 2, "one word"),
        ("[account]\ntenant = \"../x\"", 2, "tenant"),
        ("[account]\ntenant = \"common\"", 2, "organizations"),
        ("places = 3", 1, "[[places]]"),
        (
            "[network]\nproxy = \"proxy.example:3128\"",
            2,
            "http://proxy.example:3128",
        ),
        ("[network]\nproxy = true", 2, "text in quotation marks"),
        ("[network]\nca_file = 7", 2, "text in quotation marks"),
        ("[[places]]\nname = \"x\"", 2, "an id"),
        ("places = [7]", 1, "[[places]]"),
        ("[account\n", 1, ""),
    ] {
        let (at, said) = problem(text);
        assert_eq!(at, line, "{text}: {said}");
        assert!(said.contains(hint), "{text}: {said}");
    }
}

#[test]
fn the_way_through_a_network_is_read_and_a_password_in_it_is_never_repeated() {
    let proxy = |text: &str| {
        Settings::parse(&format!("[network]\nproxy = \"{text}\""))
            .ok()
            .map(|reading| reading.settings.network.proxy)
    };
    assert_eq!(proxy("system"), Some(ProxyChoice::System));
    assert_eq!(proxy("none"), Some(ProxyChoice::Direct));
    let address = "http://ada:secret@proxy.example:3128";
    assert_eq!(proxy(address), Some(ProxyChoice::Manual(address.parse().unwrap())));
    let (_, said) = problem("[network]\nproxy = \"ada:secret@proxy.example:3128\"");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn a_file_of_certificates_may_lie_beside_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    let elsewhere = std::env::temp_dir().join("company.pem");
    for (written, meant) in [
        ("company.pem", folder.path().join("company.pem")),
        (elsewhere.to_str().unwrap(), elsewhere.clone()),
    ] {
        // In TOML's quotes that leave a backslash as it is.
        fs::write(&path, format!("[network]\nca_file = '{written}'\n")).unwrap();
        let settings = Settings::read(&path).unwrap().settings;
        assert_eq!(settings.network.ca_file, Some(meant));
    }
}

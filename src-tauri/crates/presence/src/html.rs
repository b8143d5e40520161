//! As much HTML as a status message or an automatic reply may hold, as plain text. For reading only: the result is never put into a page.

/// Elements that end a line of text where they end.
const LINES: [&str; 6] = ["br", "div", "li", "p", "td", "tr"];

/// The text between the tags, with the few entities that mail programs write, white space folded, one line an element that is one.
pub(crate) fn plain_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // A tag that does not end is none, and neither is what follows it.
        let (tag, after) = tag.split_once('>').unwrap_or_default();
        let name = tag
            .trim_start_matches('/')
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        if LINES.iter().any(|line| line.eq_ignore_ascii_case(name)) {
            text.push('\u{0}');
        }
        rest = after;
    }
    text.push_str(rest);
    let lines = text.split('\u{0}').map(|line| {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        with_entities(&line).trim().to_owned()
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn with_entities(line: &str) -> String {
    // The ampersand last: `&amp;lt;` is `&lt;`.
    [
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(line.to_owned(), |line, (entity, character)| {
        line.replace(entity, character)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_is_what_a_reader_would_see() {
        for (html, text) in [
            ("", ""),
            ("plain", "plain"),
            ("<b>R&amp;D</b> &lt;3", "R&D <3"),
            ("&amp;lt;", "&lt;"),
            (
                "<html><body><div>Back on\n Monday.</div><div><br></div><p class='x'>Noor</p></body></html>",
                "Back on Monday.\nNoor",
            ),
            ("one<BR/>two", "one\ntwo"),
            ("cut <a href=", "cut"),
            ("<p>&nbsp;</p>", ""),
        ] {
            assert_eq!(plain_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in ".*") {
            let _ = plain_text(&html);
        }
    }
}

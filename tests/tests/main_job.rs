//! The main job over real parts: panel, browser, keyring, window, command line, simulated tenant.

use anyhow::Result;
use end_to_end::main_job;

#[tokio::test]
async fn somebody_signs_in_is_busy_leaves_a_message_and_says_where_they_work() -> Result<()> {
    let pictures = tempfile::tempdir()?;
    main_job::whole(pictures.path(), true, |step, seen| println!("{step}\n{seen}")).await?;
    for name in ["sign-in", "flyout-light", "flyout-dark", "tray-menu", "desktop"] {
        let file = pictures.path().join(format!("{name}.png"));
        assert!(std::fs::metadata(&file)?.len() > 2_000, "{name} is blank");
    }
    Ok(())
}

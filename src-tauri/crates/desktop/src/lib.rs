//! What each operating system offers: login item, global shortcut, notification, browser.

//! The least that a tray program can be.

fn main() -> Result<(), ksni::Error> {
    let _icon = bare_tray::show()?;
    loop {
        std::thread::park();
    }
}

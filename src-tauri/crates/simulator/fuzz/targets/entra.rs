//! Whatever comes in a query or a form: the sign-in must refuse it or take it, never panic.
#![no_main]

#[path = "../exercise/entra.rs"]
mod entra;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    entra::exercise(data);
});

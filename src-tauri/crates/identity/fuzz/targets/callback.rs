#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| identity::fuzz::callback(data));

//! Input that a fuzzer found worth keeping, and more of its kind: refused or taken, never a panic.

// What the tests share with the fuzzer has no test's attribute.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../fuzz/exercise/entra.rs"]
mod entra;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

/// Every file of a corpus.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = fs::read_dir(folder).unwrap();
    let inputs: Vec<Vec<u8>> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(!inputs.is_empty());
    inputs
}

#[test]
fn the_sign_in_survives_what_a_fuzzer_found() {
    let tokens: usize = corpus("entra").iter().map(|input| entra::exercise(input)).sum();
    assert!(
        tokens >= 4,
        "the corpus reaches the far end: a code, a refresh, a device code"
    );
}

proptest! {
    /// A piece of a good input is replaced by anything, often by a piece of another one.
    #[test]
    fn the_sign_in_survives_what_looks_nearly_right(
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
        noise in prop::collection::vec(any::<u8>(), 0..12),
        splice in any::<bool>(),
    ) {
        let corpus = corpus("entra");
        let mut input = corpus[which.index(corpus.len())].clone();
        let start = at.index(input.len());
        let end = (start + length).min(input.len());
        let other = &corpus[other.index(corpus.len())];
        let piece = if splice { &other[start.min(other.len())..end.min(other.len())] } else { &noise[..] };
        input.splice(start..end, piece.iter().copied());
        entra::exercise(&input);
    }

    #[test]
    fn the_sign_in_survives_anything(input in prop::collection::vec(any::<u8>(), 0..200), fields in ".{0,80}") {
        entra::exercise(&input);
        entra::exercise(format!("organizations\n{fields}\n{fields}").as_bytes());
    }
}

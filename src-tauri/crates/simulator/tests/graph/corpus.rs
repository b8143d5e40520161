//! What the fuzzer found worth keeping, played again.

use std::path::Path;

use super::script::play;

#[test]
fn the_corpus_is_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/graph");
    let mut played = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        play(&std::fs::read(file.unwrap().path()).unwrap());
        played += 1;
    }
    assert!(played > 50, "{played}");
}

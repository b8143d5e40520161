//! Conversations with Graph's face: each answer has Graph's shape, and nothing panics.
#![no_main]

#[path = "../exercise/graph.rs"]
mod graph;

libfuzzer_sys::fuzz_target!(|data: &[u8]| graph::play(data));

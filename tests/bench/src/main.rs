//! Measures the product in a virtual desktop, beside programs that do as little as their kind can, in the same run. Prints one table, and writes it
//! as `bench.json` and as a chart, `bench.svg`. And finds out which of the resident's functions run.
//!
//! `cargo xtask bench` and `cargo xtask link-order` build what it needs and run it. It judges nothing: a target that was missed is marked, and the
//! run is no failure, since figures depend on the machine.

mod chart;
mod link_order;
mod machine;
mod measure;
mod peers;
mod process;
mod product;
mod report;
mod wire;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use end_to_end::product::{PRESENCE_TRAY, executable};

/// Measures the product.
#[derive(Debug, Parser)]
enum Arguments {
    /// Measures it beside other programs.
    Measure {
        /// Where the table goes as bench.json and bench.svg.
        folder: PathBuf,
        /// How often each thing is measured; the median counts.
        #[arg(long, default_value_t = 5)]
        runs: usize,
        /// What `cargo bench -p engine -- --json` printed.
        #[arg(long)]
        engine: PathBuf,
        /// The folder of the built user interface.
        #[arg(long)]
        ui: PathBuf,
    },
    /// Finds out which functions of a resident with symbols run, and writes them to a file.
    LinkOrder {
        /// That file.
        file: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Arguments::parse() {
        Arguments::Measure {
            folder,
            runs,
            engine,
            ui,
        } => measure::everything(&folder, runs, &engine, &ui).await,
        Arguments::LinkOrder { file } => link_order::find_out(&executable(PRESENCE_TRAY)?, &file).await,
    }
}

//! On what was measured: figures mean nothing without it.

use std::fmt;
use std::fs;

use serde::Serialize;

/// The machine, the system and the day.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    /// In bytes.
    memory: u64,
    system: String,
    kernel: String,
    day: String,
}

impl Machine {
    /// This one.
    pub(crate) fn here() -> Self {
        let read = |file| fs::read_to_string(file).unwrap_or_default();
        let value = |text: &str, name: &str, sign: char| {
            text.lines().find_map(|line| {
                let (found, value) = line.split_once(sign)?;
                (found.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
            })
        };
        let memory = value(&read("/proc/meminfo"), "MemTotal", ':');
        Self {
            processor: value(&read("/proc/cpuinfo"), "model name", ':').unwrap_or_else(|| "unknown processor".into()),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory: memory
                .and_then(|memory| memory.trim_end_matches(" kB").parse::<u64>().ok())
                .unwrap_or(0)
                * 1024,
            system: value(&read("/etc/os-release"), "PRETTY_NAME", '=').unwrap_or_else(|| "unknown system".into()),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            day: jiff::Zoned::now().date().to_string(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            processor,
            cores,
            memory,
            system,
            kernel,
            day,
        } = self;
        let gibibytes = memory.div_ceil(1 << 30);
        write!(
            f,
            "{processor}, {cores} cores, {gibibytes} GiB, {system}, Linux {kernel}, Xvfb without a graphics card; {day}"
        )
    }
}

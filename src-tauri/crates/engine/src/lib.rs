//! The sans-I/O heart: Command in, Snapshot out, effects for the driver.

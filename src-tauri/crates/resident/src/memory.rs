//! One heap for all threads.

/// To be called before there is a second thread.
///
/// glibc gives each thread a heap of its own, so that busy ones do not wait for each other. Here ten threads wait for the desktop, the bus and the
/// keychain, none of them busy, and their heaps were a tenth of the resident's memory.
pub(crate) fn share_one_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "glibc offers it to C alone")]
    // SAFETY: the call only sets a number, and no other thread asks for memory meanwhile.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

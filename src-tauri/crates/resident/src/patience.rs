//! How long one request is tried. Pure; the contract of a lone command, and of every write.

use std::time::Duration;

use engine::{Code, Failure};

/// At most this many further tries.
const RETRIES: u32 = 3;
/// In all.
pub(crate) const IN_ALL: Duration = Duration::from_secs(25);
/// A pause up to this long is waited for in full, a longer one is not waited for at all.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Before the first further try, where the service names no pause; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How long to wait before trying again, `elapsed` after the first try began; `None`: it is over.
///
/// `retries` have been made so far. Only what may pass by itself is tried again: throttling, trouble of the service, a dropped connection.
pub(crate) fn pause_before_retry(failure: &Failure, retries: u32, elapsed: Duration) -> Option<Duration> {
    let passes = matches!(failure.code, Code::Throttled | Code::ServiceTrouble | Code::Unreachable);
    if !passes || retries >= RETRIES {
        return None;
    }
    let pause = match failure.retry_after {
        Some(pause) => Duration::try_from(pause).unwrap_or_default(),
        None => FIRST_PAUSE * 2_u32.saturating_pow(retries),
    };
    (pause <= LONGEST_PAUSE && elapsed + pause < IN_ALL).then_some(pause)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_three_times_and_what_cannot_is_not() {
        let trouble = Failure::of(Code::ServiceTrouble);
        let pauses: Vec<_> = (0..5)
            .map(|retries| pause_before_retry(&trouble, retries, Duration::ZERO))
            .collect();
        let millis = |millis| Some(Duration::from_millis(millis));
        assert_eq!(pauses, [millis(500), millis(1_000), millis(2_000), None, None]);
        for code in [
            Code::Refused,
            Code::Forbidden,
            Code::SignInNeeded,
            Code::Nonsense,
            Code::KeychainLocked,
        ] {
            assert_eq!(
                pause_before_retry(&Failure::of(code), 0, Duration::ZERO),
                None,
                "{code:?}"
            );
        }
    }

    #[test]
    fn a_pause_that_was_asked_for_is_kept_in_full_or_ends_it() {
        for (asked, elapsed, waits) in [
            (2, 0, true),
            (20, 0, true),
            (21, 0, false),
            (20, 6, false),
            (-3, 0, true),
        ] {
            let failure = Failure::of(Code::Throttled).after(Some(SignedDuration::from_secs(asked)));
            let pause = pause_before_retry(&failure, 0, Duration::from_secs(elapsed));
            let expected = waits.then(|| Duration::from_secs(asked.max(0).unsigned_abs()));
            assert_eq!(pause, expected, "{asked} s after {elapsed} s");
        }
    }
}

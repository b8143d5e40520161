//! Signing in from one device on the browser of another (RFC 8628).

use jiff::{SignedDuration, Timestamp};

use super::Tenant;
use super::authorization::AccessRequest;
use super::organisation::Segment;
use super::parameters::Parameters;
use super::people::Account;
use super::ruling::Moment;
use super::sign_in_error::SignInError;
use super::token_answer::TokenAnswer;
use super::tokens::TokenRequest;

/// Seconds a code is good for.
pub const LIFE: i64 = 900;
/// What a client has to wait longer after it polled too fast, in seconds.
const SLOWER: i64 = 5;
/// How much earlier than the interval a poll may come, in milliseconds: timers and networks are not exact.
const TOLERANCE: i64 = 500;
/// A code that is over is remembered this long, in seconds, so that "expired" can be told from "never issued".
const MEMORY: i64 = 24 * 3_600;
/// The letters and digits of a user code: no vowels, so that no word comes up, and nothing that looks like another.
const ALPHABET: &[u8; 28] = b"BCDFGHJKLMNPQRSTVWXZ23456789";

/// A device that waits. Its key is what the client polls with.
pub(super) struct Device {
    code: String,
    user_code: String,
    request: AccessRequest,
    issued: Timestamp,
    /// Seconds between polls.
    interval: i64,
    polled: Option<Timestamp>,
    outcome: Outcome,
}

enum Outcome {
    Pending,
    Declined,
    Agreed { account: Account, settled: u64 },
    Redeemed,
}

/// What the client is told when it begins.
pub struct DeviceAnswer {
    /// For the person, to type.
    pub user_code: String,
    /// For the client, to poll with.
    pub device_code: String,
    /// Seconds between polls.
    pub interval: i64,
}

impl Tenant {
    /// Begins a sign-in on another device.
    pub fn begin_device(
        &mut self,
        segment: Segment,
        form: &Parameters,
        now: Timestamp,
    ) -> Result<DeviceAnswer, SignInError> {
        let request = AccessRequest::check(form, segment)?;
        self.devices.retain(|device| age(device, now) < MEMORY);
        let letters = self.random.bytes();
        let letters = letters
            .iter()
            .take(9)
            .map(|byte| ALPHABET[usize::from(*byte) % ALPHABET.len()]);
        let device = Device {
            code: self.random.text(),
            user_code: letters.map(char::from).collect(),
            request,
            issued: now,
            interval: i64::from(self.registration.device_interval),
            polled: None,
            outcome: Outcome::Pending,
        };
        let answer = DeviceAnswer {
            user_code: device.user_code.clone(),
            device_code: device.code.clone(),
            interval: device.interval,
        };
        self.devices.push(device);
        Ok(answer)
    }

    /// What the device with this user code asks for; `None` if no device waits for it. Case and blanks do not matter.
    pub fn device_request(&self, user_code: &str, now: Timestamp) -> Option<AccessRequest> {
        let device = self.devices.iter().find(|device| waits(device, user_code, now))?;
        Some(device.request.clone())
    }

    /// Somebody agreed, or nobody did. Without effect if no device waits for the code.
    pub fn settle_device(&mut self, user_code: &str, account: Option<Account>, now: Timestamp) {
        let settled = account.map_or(0, |account| self.security.lived_through(&account));
        if let Some(device) = self.devices.iter_mut().find(|device| waits(device, user_code, now)) {
            device.outcome = account.map_or(Outcome::Declined, |account| Outcome::Agreed { account, settled });
        }
    }

    /// The device asks whether it is signed in by now.
    pub(super) fn poll(&mut self, request: &TokenRequest, now: Timestamp) -> Result<TokenAnswer, SignInError> {
        let code = request.form.require("device_code")?;
        if !self.registration.public_client_flows {
            return Err(SignInError::SecretWanted);
        }
        let place = self.devices.iter().position(|device| device.code == code);
        let place = place.ok_or(SignInError::UnknownDeviceCode)?;
        let device = &mut self.devices[place];
        if device.request.segment != request.segment {
            return Err(SignInError::OtherSegment);
        }
        match device.outcome {
            Outcome::Redeemed => return Err(SignInError::CodeRedeemed),
            Outcome::Declined => return Err(SignInError::DeviceDeclined),
            Outcome::Pending | Outcome::Agreed { .. } if age(device, now) >= LIFE => {
                return Err(SignInError::DeviceExpired);
            }
            Outcome::Pending | Outcome::Agreed { .. } => {}
        }
        let earliest = SignedDuration::from_millis(device.interval.saturating_mul(1_000).saturating_sub(TOLERANCE));
        let too_fast = device
            .polled
            .is_some_and(|polled| now.duration_since(polled) < earliest);
        device.polled = Some(now);
        if too_fast {
            device.interval = device.interval.saturating_add(SLOWER);
            return Err(SignInError::DeviceTooFast);
        }
        let Outcome::Agreed { account, settled } = device.outcome else {
            return Err(SignInError::DevicePending);
        };
        let access = device.request.clone();
        self.rulings.meets(Moment::Device, account.oid)?;
        self.security.check_enabled(&account)?;
        let answer = self.first_tokens(request, &access, account, settled, None, now)?;
        self.devices[place].outcome = Outcome::Redeemed;
        Ok(answer)
    }
}

/// Seconds since it was issued.
fn age(device: &Device, now: Timestamp) -> i64 {
    now.duration_since(device.issued).as_secs()
}

fn waits(device: &Device, typed: &str, now: Timestamp) -> bool {
    let typed = typed.bytes().filter(u8::is_ascii_alphanumeric);
    let same = typed.map(|byte| byte.to_ascii_uppercase()).eq(device.user_code.bytes());
    same && matches!(device.outcome, Outcome::Pending) && age(device, now) < LIFE
}

#[cfg(test)]
#[path = "device_code_tests.rs"]
mod tests;

//! The pure model of a tenant: no sockets and no clock. Every operation takes `now`, all randomness comes from a seed,
//! so a test can live through days in a millisecond and see the same again.

pub mod authorization;
pub mod budget;
pub mod calendar;
pub mod consent;
pub mod device_code;
pub mod duration;
mod id_token;
pub mod location;
pub mod message;
pub mod organisation;
pub mod parameters;
pub mod people;
pub mod permission;
pub mod person;
pub mod place;
pub mod presence;
mod random;
pub mod registration;
pub mod ruling;
pub mod security;
pub mod sign_in_error;
pub mod token_answer;
pub mod tokens;
pub mod weather;
pub mod windows_zones;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use budget::Budget;
use consent::Consents;
use device_code::Device;
use people::{Account, PEOPLE};
use person::Person;
use random::Random;
use registration::Registration;
use ruling::Rulings;
use security::Security;
use tokens::Grants;
use weather::Weather;

/// Which of Microsoft's clouds the tenant is in. They differ in what the presence object has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Everything there is.
    #[default]
    Global,
    /// US government, L4 and L5 alike: no work location, no out-of-office settings, no sequence number.
    UsGov,
}

/// The longest propagation lag; the documentation speaks of "a few minutes".
const LONGEST_LAG: SignedDuration = SignedDuration::from_mins(10);

/// A tenant: its people, and who may act for them.
pub struct Tenant {
    /// What stands before `/{tenant}/v2.0` in the issuer of an `id_token`.
    authority: String,
    people: Vec<Person>,
    /// The application as it is registered.
    pub registration: Registration,
    /// Standing orders to refuse.
    pub rulings: Rulings,
    consents: Consents,
    security: Security,
    devices: Vec<Device>,
    grants: Grants,
    random: Random,
    lag: SignedDuration,
    /// Which cloud it is in.
    pub cloud: Cloud,
    /// How many presence requests are left.
    pub budget: Budget,
    /// What happens to requests on their way; whoever carries them has to ask.
    pub weather: Weather,
}

impl Tenant {
    /// The demo tenant at `now`. Tokens and ids are drawn from `seed`; a seed that can be guessed makes tokens that can.
    pub fn new(authority: impl Into<String>, seed: [u8; 32], now: Timestamp) -> Self {
        Self {
            authority: authority.into(),
            people: PEOPLE.into_iter().map(|account| Person::new(account, now)).collect(),
            registration: Registration::default(),
            rulings: Rulings::default(),
            consents: Consents::default(),
            security: Security::default(),
            devices: Vec::new(),
            grants: Grants::default(),
            random: Random::new(seed),
            lag: SignedDuration::ZERO,
            cloud: Cloud::default(),
            budget: Budget::default(),
            weather: Weather::default(),
        }
    }

    /// What stands before `/v1.0` as well, unless a request says otherwise.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// How long a write takes until readers see it.
    pub fn lag(&self) -> SignedDuration {
        self.lag
    }

    /// Makes readers see what is written from now on only after `lag`, which is cut to 0 to 10 minutes.
    pub fn set_lag(&mut self, lag: SignedDuration) {
        self.lag = lag.clamp(SignedDuration::ZERO, LONGEST_LAG);
        for person in &mut self.people {
            person.set_lag(self.lag);
        }
    }

    /// Everybody, in the order of [`PEOPLE`].
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The person with this object id, in any case.
    pub fn person(&mut self, oid: &str) -> Option<&mut Person> {
        self.people
            .iter_mut()
            .find(|person| person.account().oid.eq_ignore_ascii_case(oid))
    }

    /// The person with this object id, if the tenant of `account` has them.
    pub fn colleague(&mut self, account: &Account, oid: &str) -> Option<&mut Person> {
        self.person(oid)
            .filter(|person| person.account().organisation == account.organisation)
    }

    /// A new GUID, for the ids of a request.
    pub fn guid(&mut self) -> String {
        self.random.guid()
    }
}

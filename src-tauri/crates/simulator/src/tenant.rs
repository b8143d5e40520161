//! The pure model of a tenant: no sockets and no clock. Every operation takes `now`, all randomness comes from a seed,
//! so a test can live through days in a millisecond and see the same again.

pub mod authorization;
pub mod duration;
pub mod location;
pub mod message;
pub mod people;
pub mod presence;
mod random;
pub mod sign_in_error;
pub mod tokens;

use jiff::Timestamp;

use people::{PEOPLE, Person};
use random::Random;
use tokens::Grants;

/// A tenant: its people, and who may act for them.
pub struct Tenant {
    /// What stands before `/{tenant}/v2.0` in the issuer of an `id_token`.
    authority: String,
    people: Vec<Person>,
    grants: Grants,
    random: Random,
}

impl Tenant {
    /// The demo tenant at `now`. Tokens and ids are drawn from `seed`; a seed that can be guessed makes tokens that can.
    pub fn new(authority: impl Into<String>, seed: [u8; 32], now: Timestamp) -> Self {
        Self {
            authority: authority.into(),
            people: PEOPLE.into_iter().map(|account| Person::new(account, now)).collect(),
            grants: Grants::default(),
            random: Random::new(seed),
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

    /// A new GUID, for the ids of a request.
    pub fn guid(&mut self) -> String {
        self.random.guid()
    }
}

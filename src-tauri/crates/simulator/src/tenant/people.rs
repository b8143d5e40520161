//! Who and what is in the demo tenant.

use super::organisation::{CONSUMERS_ID, HARBOURLIGHT, IRONBRIDGE, Organisation};

/// The tenant's id.
pub const TENANT_ID: &str = "3f5a1c9e-8d27-4b64-9c0f-52e7ab31d806";
/// The tenant's verified domain. `.example` is reserved (RFC 2606): no mail ever leaves for it.
pub const TENANT_DOMAIN: &str = "harbourlight.example";
/// The tenant's name, as people know it.
pub const TENANT_NAME: &str = "Harbourlight";
/// The one application that is registered in the tenant.
pub const CLIENT_ID: &str = "a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab";

/// An account somebody can choose on the sign-in page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// First name, in ASCII: its lower case names the button on the sign-in page (`person-megan`).
    pub first_name: &'static str,
    /// Name as shown.
    pub name: &'static str,
    /// Mail address and user principal name.
    pub mail: &'static str,
    /// Object id.
    pub oid: &'static str,
    /// Where the person's day begins and ends, by IANA name.
    pub zone: &'static str,
    /// The tenant it belongs to; none for a personal account.
    pub organisation: Option<&'static Organisation>,
}

/// Everybody with a work account; the first one is who a demo signs in as.
///
/// Megan and Tomas have let the application read and write their presence before, Noor was never asked, and Priya's
/// tenant wants an administrator to decide.
pub const PEOPLE: [Account; 4] = [
    Account {
        first_name: "Megan",
        name: "Megan Ashdown",
        mail: "megan.ashdown@harbourlight.example",
        oid: "5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531",
        zone: "UTC",
        organisation: Some(&HARBOURLIGHT),
    },
    Account {
        first_name: "Tomas",
        name: "Tomás Ferreira",
        mail: "tomas.ferreira@harbourlight.example",
        oid: "c1873fe4-0b5d-4a92-9e60-3b12d8f7a045",
        zone: "Europe/Lisbon",
        organisation: Some(&HARBOURLIGHT),
    },
    Account {
        first_name: "Noor",
        name: "Noor El-Amin",
        mail: "noor.elamin@harbourlight.example",
        oid: "e83b60d2-47a9-4c1e-b5f0-6a2984cd71fe",
        zone: "Asia/Dubai",
        organisation: Some(&HARBOURLIGHT),
    },
    Account {
        first_name: "Priya",
        name: "Priya Raman",
        mail: "priya.raman@ironbridge.example",
        oid: "7ac92e50-d16b-4830-8f4d-e9b571c2063a",
        zone: "Asia/Kolkata",
        organisation: Some(&IRONBRIDGE),
    },
];

/// A personal account: it can sign in under `common` and `consumers`, and has no presence.
pub const PERSONAL: Account = Account {
    first_name: "Riley",
    name: "Riley Okafor",
    mail: "riley.okafor@personal.example",
    oid: "00000000-0000-0000-7d1c-2e49b0a63f85",
    zone: "America/New_York",
    organisation: None,
};

/// Every account the sign-in page knows.
pub fn accounts() -> impl Iterator<Item = Account> {
    PEOPLE.into_iter().chain([PERSONAL])
}

impl Account {
    /// The id its tenant has, or the one that stands for personal accounts.
    pub fn tenant_id(&self) -> &'static str {
        self.organisation.map_or(CONSUMERS_ID, |organisation| organisation.id)
    }
}

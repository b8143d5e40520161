//! Whose directory: the segment of an address that names a tenant, and who may sign in under it.

use super::people::{Account, TENANT_DOMAIN, TENANT_ID, TENANT_NAME};
use super::sign_in_error::SignInError;

/// The tenant id that stands for personal accounts.
pub const CONSUMERS_ID: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// A company with a directory of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Organisation {
    /// The tenant's id.
    pub id: &'static str,
    /// Its verified domain.
    pub domain: &'static str,
    /// Its name, as people know it.
    pub name: &'static str,
    /// Who grants for everybody on the page for administrators.
    pub admin: &'static str,
    /// How its people get a permission, until the control face changes it.
    pub consent: ConsentPolicy,
}

/// Who may let an application in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsentPolicy {
    /// Everybody for themselves.
    Users,
    /// An administrator for everybody: people see "Need admin approval".
    Admin,
    /// As `Admin`, and the page can send a request for approval.
    Workflow,
}

/// The demo tenant: its people may decide for themselves.
pub static HARBOURLIGHT: Organisation = Organisation {
    id: TENANT_ID,
    domain: TENANT_DOMAIN,
    name: TENANT_NAME,
    admin: "admin@harbourlight.example",
    consent: ConsentPolicy::Users,
};

/// A second tenant, where nothing goes without an administrator.
pub static IRONBRIDGE: Organisation = Organisation {
    id: "b8d20e47-5f13-4c6a-a9e1-70d4c3fb2a58",
    domain: "ironbridge.example",
    name: "Ironbridge Clinics",
    admin: "admin@ironbridge.example",
    consent: ConsentPolicy::Admin,
};

/// Every organisation of the simulator.
pub fn organisations() -> [&'static Organisation; 2] {
    [&HARBOURLIGHT, &IRONBRIDGE]
}

/// The tenant segment of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// Work, school and personal accounts.
    Common,
    /// Work and school accounts of any tenant.
    Organizations,
    /// Personal accounts alone.
    Consumers,
    /// One tenant, by id or domain.
    One(&'static Organisation),
}

impl Segment {
    /// Knows the three general words, ids and domains, in any case.
    pub fn parse(text: &str) -> Result<Self, SignInError> {
        let is = |known: &str| known.eq_ignore_ascii_case(text);
        if is("common") {
            Ok(Self::Common)
        } else if is("organizations") {
            Ok(Self::Organizations)
        } else if is("consumers") || is(CONSUMERS_ID) {
            Ok(Self::Consumers)
        } else {
            let one = organisations().into_iter().find(|one| is(one.id) || is(one.domain));
            one.map(Self::One)
                .ok_or_else(|| SignInError::UnknownTenant(text.to_owned()))
        }
    }

    /// Whether this account can sign in here. A refusal stays on Entra's page.
    pub fn admits(self, account: &Account) -> Result<(), SignInError> {
        match (self, account.organisation) {
            (Self::Common, _) | (Self::Organizations, Some(_)) | (Self::Consumers, None) => Ok(()),
            (Self::Organizations | Self::One(_), None) => Err(SignInError::PersonalAccount),
            (Self::One(tenant), Some(own)) if tenant == own => Ok(()),
            (Self::Consumers | Self::One(_), Some(_)) => Err(SignInError::NotInTenant(account.mail)),
        }
    }

    /// What stands for the tenant in an issuer: an id, or the template of Entra's discovery document.
    pub fn in_issuer(self) -> &'static str {
        match self {
            Self::Common | Self::Organizations => "{tenantid}",
            Self::Consumers => CONSUMERS_ID,
            Self::One(tenant) => tenant.id,
        }
    }

    /// How Entra itself writes the segment into the documents it makes.
    pub fn canonical(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Organizations => "organizations",
            Self::Consumers => "consumers",
            Self::One(tenant) => tenant.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CONSUMERS_ID, HARBOURLIGHT, IRONBRIDGE, Segment};
    use crate::tenant::people::{PEOPLE, PERSONAL, TENANT_DOMAIN, TENANT_ID};

    #[test]
    fn a_tenant_is_known_by_id_and_by_domain() {
        for (text, expected) in [
            ("organizations", Segment::Organizations),
            ("Common", Segment::Common),
            ("consumers", Segment::Consumers),
            (CONSUMERS_ID, Segment::Consumers),
            (TENANT_ID, Segment::One(&HARBOURLIGHT)),
            (TENANT_DOMAIN, Segment::One(&HARBOURLIGHT)),
            (&TENANT_ID.to_uppercase(), Segment::One(&HARBOURLIGHT)),
            ("ironbridge.example", Segment::One(&IRONBRIDGE)),
        ] {
            assert_eq!(Segment::parse(text), Ok(expected), "{text}");
        }
        for text in ["other.example", "", "organizations ", "{tenantid}"] {
            let number = Segment::parse(text).map_err(|error| error.number());
            assert_eq!(number, Err(90_002), "{text}");
        }
    }

    #[test]
    fn each_segment_admits_its_own() {
        let [harbour, .., iron] = PEOPLE;
        for (segment, account, expected) in [
            (Segment::Common, harbour, Ok(())),
            (Segment::Common, PERSONAL, Ok(())),
            (Segment::Organizations, iron, Ok(())),
            (Segment::Organizations, PERSONAL, Err(500_208)),
            (Segment::Consumers, PERSONAL, Ok(())),
            (Segment::Consumers, harbour, Err(50_020)),
            (Segment::One(&HARBOURLIGHT), harbour, Ok(())),
            (Segment::One(&HARBOURLIGHT), iron, Err(50_020)),
            (Segment::One(&HARBOURLIGHT), PERSONAL, Err(500_208)),
        ] {
            let admitted = segment.admits(&account).map_err(|error| error.number());
            assert_eq!(admitted, expected, "{segment:?} {}", account.name);
        }
    }
}

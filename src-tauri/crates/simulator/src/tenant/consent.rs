//! Who let the application do what.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenant;
use super::organisation::{ConsentPolicy, HARBOURLIGHT, Organisation, Segment, organisations};
use super::parameters::Parameters;
use super::people::{Account, PEOPLE};
use super::permission::{PERMISSIONS, Permission, Scope};
use super::registration::Registration;
use super::sign_in_error::SignInError;

type Names = BTreeSet<&'static str>;

/// Consents by people and by administrators.
pub struct Consents {
    people: BTreeMap<&'static str, Names>,
    everybody: BTreeMap<&'static str, Names>,
    ceilings: BTreeMap<&'static str, Names>,
    policies: BTreeMap<&'static str, ConsentPolicy>,
    /// Who asked an administrator for approval, and why.
    requests: Vec<(&'static str, String)>,
}

/// As many requests for approval as are remembered.
const MOST_REQUESTS: usize = 100;

impl Default for Consents {
    fn default() -> Self {
        let [megan, tomas, ..] = PEOPLE;
        let presence: Names = ["Presence.Read", "Presence.ReadWrite"].into();
        Self {
            people: [(megan.oid, presence.clone()), (tomas.oid, presence)].into(),
            everybody: [(HARBOURLIGHT.id, ["Place.Read.All"].into())].into(),
            ceilings: BTreeMap::new(),
            policies: organisations().map(|one| (one.id, one.consent)).into(),
            requests: Vec::new(),
        }
    }
}

impl Consents {
    /// Whether the person or an administrator agreed to this permission.
    pub fn has(&self, account: &Account, name: &str) -> bool {
        let own = self.people.get(account.oid);
        let tenant = self.everybody.get(account.tenant_id());
        own.into_iter().chain(tenant).any(|names| names.contains(name))
    }

    /// What is really handed out: what was agreed to, below the ceiling if there is one.
    pub fn granted(&self, account: &Account) -> Vec<&'static str> {
        let names = PERMISSIONS.iter().map(|permission| permission.name);
        names
            .filter(|name| self.has(account, name) && self.below_ceiling(account, name))
            .collect()
    }

    pub(super) fn below_ceiling(&self, account: &Account, name: &str) -> bool {
        let ceiling = self.ceilings.get(account.oid);
        ceiling.is_none_or(|ceiling| ceiling.contains(name))
    }

    /// Who decides for people of this tenant.
    pub fn policy(&self, organisation: &Organisation) -> ConsentPolicy {
        let policy = self.policies.get(organisation.id);
        policy.copied().unwrap_or(organisation.consent)
    }

    /// Changes who decides.
    pub fn set_policy(&mut self, organisation: &Organisation, policy: ConsentPolicy) {
        self.policies.insert(organisation.id, policy);
    }

    /// The person agrees.
    pub(super) fn accept(&mut self, account: &Account, permissions: &[&'static Permission]) {
        let names = permissions.iter().map(|permission| permission.name);
        self.people.entry(account.oid).or_default().extend(names);
    }

    /// An administrator agrees for everybody.
    pub fn accept_for_everybody(&mut self, organisation: &Organisation, permissions: &[&'static Permission]) {
        let names = permissions.iter().map(|permission| permission.name);
        self.everybody.entry(organisation.id).or_default().extend(names);
    }

    /// Exactly these permissions are agreed to by the person from now on.
    pub fn set(&mut self, account: &Account, permissions: &[&'static Permission]) {
        self.people.remove(account.oid);
        self.accept(account, permissions);
    }

    /// Exactly these permissions are agreed to for everybody from now on.
    pub fn set_for_everybody(&mut self, organisation: &Organisation, permissions: &[&'static Permission]) {
        self.everybody.remove(organisation.id);
        self.accept_for_everybody(organisation, permissions);
    }

    /// Tokens of this person never carry other permissions than these, whatever is agreed to; `None` lifts that.
    pub fn set_ceiling(&mut self, account: &Account, permissions: Option<&[&'static Permission]>) {
        match permissions {
            Some(permissions) => {
                let names = permissions.iter().map(|permission| permission.name);
                self.ceilings.insert(account.oid, names.collect());
            }
            None => drop(self.ceilings.remove(account.oid)),
        }
    }

    /// Requests for approval: object id and reason, oldest first.
    pub fn requests(&self) -> &[(&'static str, String)] {
        &self.requests
    }

    pub(super) fn request(&mut self, account: &Account, reason: &str) {
        if self.requests.len() == MOST_REQUESTS {
            self.requests.remove(0);
        }
        let reason = reason.chars().take(500).collect();
        self.requests.push((account.oid, reason));
    }
}

/// What an administrator is asked to allow for everybody.
pub struct AdminConsentRequest {
    segment: Segment,
    scopes: Vec<Scope>,
}

impl AdminConsentRequest {
    /// Checks client id and scope. `common` and `consumers` have no administrator.
    pub fn check(parameters: &Parameters, segment: Segment) -> Result<Self, SignInError> {
        if matches!(segment, Segment::Common | Segment::Consumers) {
            return Err(SignInError::UnknownTenant(segment.canonical().to_owned()));
        }
        Registration::check_client(parameters)?;
        let scopes = Scope::list(parameters.require("scope")?)?;
        let scopes = scopes.into_iter().flat_map(|scope| scope.expanded(&[])).collect();
        Ok(Self { segment, scopes })
    }

    /// The tenants whose administrator may answer.
    pub fn tenants(&self) -> Vec<&'static Organisation> {
        match self.segment {
            Segment::One(tenant) => vec![tenant],
            _ => organisations().into(),
        }
    }

    /// What is asked for.
    pub fn permissions(&self) -> Vec<&'static Permission> {
        self.scopes.iter().filter_map(Scope::permission).collect()
    }

    /// What is asked for, as it was written.
    pub fn scope(&self) -> String {
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.asked.as_str()).collect();
        scopes.join(" ")
    }
}

impl Tenant {
    /// Who agreed to what.
    pub fn consents(&self) -> &Consents {
        &self.consents
    }

    /// Who agreed to what, to change it as an administrator.
    pub fn consents_mut(&mut self) -> &mut Consents {
        &mut self.consents
    }
}

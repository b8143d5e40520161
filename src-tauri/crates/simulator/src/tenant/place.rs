//! The buildings in the tenant's Places directory.

use serde::Serialize;

/// A building that `placeId` may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Name as shown.
    pub name: &'static str,
    /// Identifier in the Places directory.
    pub id: &'static str,
    /// Street and number.
    #[serde(skip)]
    pub street: &'static str,
    /// Town.
    #[serde(skip)]
    pub city: &'static str,
}

const PLACES: [Place; 3] = [
    Place {
        name: "Harbour House",
        id: "9b2f4e60-c3a7-4d18-8e51-f0a6d7123c94",
        street: "1 Quay Street",
        city: "Portsmouth",
    },
    Place {
        name: "Lighthouse Studio",
        id: "27c8d1f5-6e0b-4a39-b7d2-148fe9a05b63",
        street: "Rua do Farol 18",
        city: "Lisboa",
    },
    Place {
        name: "The Boathouse",
        id: "f41b7c02-5d98-4e6a-93c1-7ab0d2e8564f",
        street: "12 Creek Road",
        city: "Dubai",
    },
];

/// The demo tenant's buildings, for the `[[places]]` of a demo's settings.
pub fn places() -> &'static [Place] {
    &PLACES
}

/// The building with this id, in any case.
pub fn place(id: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.id.eq_ignore_ascii_case(id))
}

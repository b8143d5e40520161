//! The body of a request, read to the letter.

use axum::http::{HeaderMap, header};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A body and what its sender says it is.
#[derive(Clone, Copy)]
pub(super) struct RequestBody<'r> {
    kind: &'r str,
    bytes: &'r [u8],
}

impl<'r> RequestBody<'r> {
    pub(super) fn new(headers: &'r HeaderMap, bytes: &'r [u8]) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        Self::of_kind(kind.unwrap_or_default(), bytes)
    }

    pub(super) fn of_kind(kind: &'r str, bytes: &'r [u8]) -> Self {
        Self { kind, bytes }
    }

    /// The documented shape and nothing beside it, except `OData` annotations, which may stand anywhere.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let essence = self.kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let message = "Write requests (excluding DELETE) must contain the Content-Type header declaration.";
            return Err(Refusal::bad_request(message));
        }
        let read = serde_json::from_slice(self.bytes).and_then(|mut value| {
            strip_annotations(&mut value);
            Object::deserialize(value)
        });
        let read = read.map(|Object(read)| read);
        read.map_err(|error| Refusal::bad_request(&format!("Invalid body: {error}")))
    }

    /// The documentation shows no body.
    pub(super) fn none(&self) -> Result<(), Refusal> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(Refusal::bad_request("This action takes no body."))
        }
    }

    /// The documentation shows an empty object; Microsoft's own libraries send nothing.
    pub(super) fn nothing_or_empty(&self) -> Result<(), Refusal> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.read().map(|Empty {}| ())
    }
}

/// A JSON object: serde alone would also read a structure from an array of its values.
pub(super) struct Object<T>(pub(super) T);

impl<'d, T: DeserializeOwned> Deserialize<'d> for Object<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let properties = Map::deserialize(deserializer)?;
        let read = T::deserialize(Value::Object(properties)).map_err(D::Error::custom)?;
        Ok(Self(read))
    }
}

/// Takes away `@odata.type` and its like. The depth is that of what `serde_json` reads: at most 128.
fn strip_annotations(value: &mut Value) {
    match value {
        Value::Object(properties) => {
            properties.retain(|name, _| !name.contains("@odata."));
            properties.values_mut().for_each(strip_annotations);
        }
        Value::Array(values) => values.iter_mut().for_each(strip_annotations),
        _ => {}
    }
}

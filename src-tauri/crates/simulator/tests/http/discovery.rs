//! What a client of OpenID Connect finds out by itself, and whether it holds.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::walk::{SCOPES, Stage, json};

const CONFIGURATION: &str = "v2.0/.well-known/openid-configuration";
/// What a TLS front says.
const FRONT: [(&str, &str); 2] = [
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "login.example:8443"),
];

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

#[tokio::test]
async fn the_document_names_the_issuer_as_entra_does_for_each_segment() {
    let tenant = Stage::open().await;
    let known = tenant.simulator.announcement().clone();
    for (segment, in_issuer) in [
        ("common", "{tenantid}"),
        ("organizations", "{tenantid}"),
        ("consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"),
        (known.tenant.as_str(), known.tenant.as_str()),
        ("harbourlight.example", known.tenant.as_str()),
    ] {
        let document = tenant.look_at(&format!("/{segment}/{CONFIGURATION}"), &[]).await;
        assert_eq!(
            document["issuer"],
            format!("{}/{in_issuer}/v2.0", known.authority),
            "{segment}"
        );
        for endpoint in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "device_authorization_endpoint",
        ] {
            let address = document[endpoint].as_str().unwrap();
            assert!(address.starts_with(&known.authority), "{endpoint} {address}");
        }
    }
    for flawed in ["other.example", "00000000-0000-0000-0000-000000000000"] {
        let path = tenant.at(&format!("/{flawed}/{CONFIGURATION}"));
        let answer = tenant.client.get(path).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let error = json(answer).await;
        assert_eq!(
            (&error["error"], &error["error_codes"][0]),
            (&"invalid_tenant".into(), &90_002.into())
        );
    }
}

#[tokio::test]
async fn behind_a_tls_front_every_address_is_the_fronts() {
    let tenant = Stage::open().await;
    let document = tenant.look_at(&format!("/common/{CONFIGURATION}"), &FRONT).await;
    assert_eq!(document["issuer"], "https://login.example:8443/{tenantid}/v2.0");
    assert_eq!(
        document["token_endpoint"],
        "https://login.example:8443/common/oauth2/v2.0/token"
    );
    let query = "api-version=1.1&authorization_endpoint=https://login.example:8443/organizations/oauth2/v2.0/authorize";
    let instance = tenant
        .look_at(&format!("/common/discovery/instance?{query}"), &FRONT)
        .await;
    assert_eq!(
        instance["tenant_discovery_endpoint"],
        "https://login.example:8443/organizations/v2.0/.well-known/openid-configuration"
    );
    assert_eq!(instance["metadata"][0]["aliases"][0], "login.example:8443");
    for (query, error) in [
        ("", "invalid_request"),
        (
            "authorization_endpoint=https://elsewhere.example/common/oauth2/v2.0/authorize",
            "invalid_instance",
        ),
        ("authorization_endpoint=nonsense", "invalid_instance"),
    ] {
        let refused = tenant
            .look_at(&format!("/common/discovery/instance?{query}"), &FRONT)
            .await;
        assert_eq!(refused["error"], error, "{query}");
    }
}

#[tokio::test]
async fn an_id_token_is_signed_with_the_published_key() {
    let tenant = Stage::open().await;
    let answer = tenant.sign_in(SCOPES).await;
    let id_token = answer["id_token"].as_str().unwrap();
    let [header, claims, signature] = id_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!(header["alg"], "RS256");
    let keys = tenant.look_at("/common/discovery/v2.0/keys", &[]).await;
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == header["kid"])
        .unwrap();
    let public = RsaPublicKeyComponents {
        n: decoded(key["n"].as_str().unwrap()),
        e: decoded(key["e"].as_str().unwrap()),
    };
    let (signed, _) = id_token.rsplit_once('.').unwrap();
    let verified = |signed: &str| public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decoded(signature));
    assert!(verified(signed).is_ok());
    assert!(verified(&signed.replace('.', "..")).is_err());

    let claims: Value = serde_json::from_slice(&decoded(claims)).unwrap();
    let issuer = key["issuer"]
        .as_str()
        .unwrap()
        .replace("{tenantid}", claims["tid"].as_str().unwrap());
    assert_eq!(claims["iss"], issuer);
    assert_eq!(claims["nonce"], "n0nce");
}

#[tokio::test]
async fn who_somebody_is_can_be_asked_for_with_the_access_token() {
    let tenant = Stage::open().await;
    let token = tenant.sign_in(SCOPES).await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let request = tenant.client.get(tenant.at("/oidc/userinfo"));
    let told = json(request.bearer_auth(token).send().await.unwrap()).await;
    assert_eq!(told["email"], tenant.simulator.announcement().user);
    let refused = tenant.client.get(tenant.at("/oidc/userinfo")).send().await.unwrap();
    assert_eq!(refused.status(), 401);
}

"""MSAL Python against the Entra half of the simulator."""

import base64
import hashlib
import json

import jwt
import msal
from msal.oauth2cli import oidc

from chromium import Chromium
from pages import Visit
from tenant import READ_AND_WRITE, run

REDIRECT = "http://localhost:50505"


def through_chromium(tenant):
    """MSAL does all by itself: opens the browser, listens on loopback, redeems the code."""
    application = tenant.application()
    with Chromium("person-megan"):
        result = application.acquire_token_interactive(READ_AND_WRITE, timeout=60)
    check(tenant, application, result)


def over_plain_http(tenant):
    """The same with a person who has no browser."""
    application = tenant.application()
    result = sign_in(tenant, application)
    check(tenant, application, result)
    # The helper that applications used until MSAL stopped checking by itself: issuer, audience, nonce.
    flow, result = flow_and_result(tenant, tenant.application())
    nonce = hashlib.sha256(flow["nonce"].encode("ascii")).hexdigest()
    issuer = f"{tenant.front.origin}/{tenant.id}/v2.0"
    claims = oidc.decode_id_token(result["id_token"], tenant.client_id, issuer, nonce)
    assert claims["oid"] == tenant.oid


def at_every_authority(tenant):
    """The tenant's id and the general authority; and as a plain OpenID provider, whose issuer MSAL compares."""
    for authority in ["organizations", "common", tenant.id]:
        application = tenant.application(authority)
        check(tenant, application, sign_in(tenant, application))
    application = msal.PublicClientApplication(
        tenant.client_id,
        oidc_authority=f"{tenant.front.origin}/{tenant.id}/v2.0",
        verify=tenant.front.certificate,
    )
    assert "access_token" in sign_in(tenant, application)


def silently(tenant):
    """An access token that is over is replaced with the refresh token, and no one is asked."""
    cache = msal.SerializableTokenCache()
    application = tenant.application(token_cache=cache)
    first = sign_in(tenant, application)
    account, = application.get_accounts()
    from_cache = application.acquire_token_silent(READ_AND_WRITE, account)
    assert from_cache["access_token"] == first["access_token"]
    assert from_cache["token_source"] == "cache"

    for token in [first["access_token"], None]:
        before = len(tenant.requests("/oauth2/v2.0/token"))
        expire(cache)
        tenant.control("revoke", oid=tenant.oid, access=True)
        if token:
            assert tenant.get("/v1.0/me/presence", token).status_code == 401
        renewed = application.acquire_token_silent(READ_AND_WRITE, account)
        assert renewed["token_source"] == "identity_provider", renewed
        assert renewed["access_token"] != first["access_token"]
        assert tenant.get("/v1.0/me/presence", renewed["access_token"]).status_code == 200
        assert len(tenant.requests("/oauth2/v2.0/token")) == before + 1
    check(tenant, application, renewed)

    expire(cache)
    tenant.control("revoke", oid=tenant.oid, access=True, refresh=True)
    dead = application.acquire_token_silent_with_error(READ_AND_WRITE, account)
    assert dead["error"] == "invalid_grant", dead
    assert dead["error_description"].startswith("AADSTS"), dead


def on_another_device(tenant):
    """The device flow: pending until the code is typed somewhere else."""
    tenant.control("application", device_code_interval=1)
    application = tenant.application()
    flow = application.initiate_device_flow(READ_AND_WRITE)
    assert "user_code" in flow, flow
    assert flow["user_code"] in flow["message"] and flow["verification_uri"] in flow["message"], flow
    pending = application.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert pending["error"] == "authorization_pending", pending

    visit = Visit(tenant.front).open(flow["verification_uri"])
    visit.press("next", otc=flow["user_code"])
    visit.press("person-megan")
    agree(visit)
    result = application.acquire_token_by_device_flow(flow)
    check(tenant, application, result)


def when_the_policy_changes(tenant):
    """A client that can answer a claims challenge gets one from Graph, and a good token after a sign-in with these claims."""
    application = tenant.application(client_capabilities=["cp1"])
    token = sign_in(tenant, application)["access_token"]
    tenant.control("account", oid=tenant.oid, event="change_policy")
    answer = tenant.get("/v1.0/me/presence", token)
    assert answer.status_code == 401, answer.text
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_claims"' in challenge, challenge
    claims = base64.b64decode(challenge.split('claims="')[1].split('"')[0]).decode()

    account, = application.get_accounts()
    silent = application.acquire_token_silent_with_error(READ_AND_WRITE, account, claims_challenge=claims)
    if "error" in silent:
        assert silent["error"] in ["interaction_required", "invalid_grant"], silent
        _, silent = flow_and_result(tenant, application, claims_challenge=claims)
    assert silent["access_token"] != token
    check(tenant, application, silent)


def sign_in(tenant, application, scopes=READ_AND_WRITE):
    """Authorization code with PKCE, by MSAL; the pages by hand. The token answer."""
    _, result = flow_and_result(tenant, application, scopes)
    return result


def flow_and_result(tenant, application, scopes=READ_AND_WRITE, **more):
    flow = application.initiate_auth_code_flow(scopes, redirect_uri=REDIRECT, response_mode="form_post", **more)
    visit = Visit(tenant.front).open(flow["auth_uri"]).press("person-megan")
    agree(visit)
    where, answer = visit.form("continue")
    assert where.startswith(REDIRECT), where
    result = application.acquire_token_by_auth_code_flow(flow, answer)
    assert "access_token" in result, result
    return flow, result


def agree(visit):
    """Accepts what the application asks for, where the page wants that."""
    if visit.has("accept"):
        visit.press("accept")


def expire(cache):
    """Lets every access token of the cache be over, in the form in which an application keeps it."""
    kept = json.loads(cache.serialize())
    assert kept["AccessToken"]
    for token in kept["AccessToken"].values():
        token["expires_on"] = token["extended_expires_on"] = "1"
    cache.deserialize(json.dumps(kept))


def check(tenant, application, result):
    """Everything that a careful client can say about a token answer."""
    assert "error" not in result, result
    assert result["token_type"] == "Bearer"
    assert 0 < result["expires_in"] <= 28 * 3600, result
    assert set(READ_AND_WRITE) <= {scope.rsplit("/", 1)[-1] for scope in result["scope"].split()}, result
    # client_info made an account with Entra's own id of it.
    account, = application.get_accounts()
    assert account["home_account_id"] == f"{tenant.oid}.{tenant.id}", account
    assert account["username"] == tenant.user, account

    claims = result["id_token_claims"]
    assert claims == signed(tenant, result["id_token"])
    assert (claims["ver"], claims["tid"], claims["oid"]) == ("2.0", tenant.id, tenant.oid)
    assert claims["preferred_username"] == tenant.user
    me = tenant.get("/v1.0/me/presence", result["access_token"]).json()
    assert me["id"] == tenant.oid, me


def signed(tenant, id_token):
    """The claims, once the signature, issuer, audience and times are found good with what discovery publishes."""
    configuration = tenant.get(f"/{tenant.id}/v2.0/.well-known/openid-configuration").json()
    assert configuration["jwks_uri"].startswith(tenant.front.origin), configuration
    keys = jwt.PyJWKSet.from_dict(tenant.get(configuration["jwks_uri"].removeprefix(tenant.front.origin)).json())
    header = jwt.get_unverified_header(id_token)
    assert header["alg"] == "RS256", header
    return jwt.decode(
        id_token,
        keys[header["kid"]],
        algorithms=["RS256"],
        audience=tenant.client_id,
        issuer=configuration["issuer"],
        options={"require": ["exp", "iat", "nbf", "iss", "aud", "sub"]},
    )


if __name__ == "__main__":
    run(through_chromium, over_plain_http, at_every_authority, silently, on_another_device, when_the_policy_changes)

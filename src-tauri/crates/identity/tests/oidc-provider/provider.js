// oidc-provider, configured as Entra ID is where that matters to a client: addresses, issuer, claims, rotation, form_post.
// Prints one JSON line when it listens. Whoever comes is Ada, who agrees to everything; with `login_hint=decliner` nobody does.

import { createServer } from 'node:http';
import Provider, { interactionPolicy } from 'oidc-provider';

const tenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';
const person = '48d31887-5fad-4d73-a9f5-3c356e68a038';
const clientId = '11111111-2222-3333-4444-555555555555';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const authority = `http://127.0.0.1:${server.address().port}`;
  server.on('request', provider(authority).callback());
  console.log(JSON.stringify({ authority, tenant, person, client_id: clientId }));
});

function provider(authority) {
  const policy = interactionPolicy.base();
  // Requestable, and satisfied by the same page that signs in.
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const path = '/organizations/oauth2/v2.0';
  const provider = new Provider(`${authority}/${tenant}/v2.0`, {
    clients: [
      {
        client_id: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://localhost'],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      },
    ],
    routes: { authorization: `${path}/authorize`, token: `${path}/token`, device_authorization: `${path}/devicecode` },
    scopes: ['openid', 'profile', 'offline_access', 'Presence.Read', 'Presence.ReadWrite'],
    claims: { openid: ['sub', 'oid', 'tid'], profile: ['name', 'preferred_username'] },
    // Entra puts the names into the id_token as well.
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, oid: person, tid: tenant, name: 'Ada Lovelace', preferred_username: 'ada@example.org' }),
    }),
    issueRefreshToken: (_, client, code) => code.scopes.has('offline_access'),
    // Stricter than Entra: who uses an old one loses the whole grant.
    rotateRefreshToken: true,
    pkce: { required: () => true },
    ttl: { AccessToken: 3600, IdToken: 3600, RefreshToken: 86400, Grant: 86400, Interaction: 600, Session: 86400 },
    cookies: { keys: ['only for tests'] },
    interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, deviceFlow: { enabled: true } },
  });
  provider.use(async (context, next) => {
    // OpenID Connect §11 gives offline access only with `prompt=consent`; Entra does not ask for that.
    if (context.path.endsWith('/authorize')) {
      context.query = { ...context.query, prompt: `consent ${context.query.prompt ?? ''}`.trim() };
    }
    if (!context.path.startsWith('/interaction/')) return next();
    const details = await provider.interactionDetails(context.req, context.res);
    context.respond = false;
    await provider.interactionFinished(context.req, context.res, await decide(provider, details), {
      mergeWithLastSubmission: true,
    });
  });
  return provider;
}

async function decide(provider, { params, prompt, session }) {
  if (params.login_hint === 'decliner') {
    return { error: 'access_denied', error_description: 'AADSTS65004: User declined to consent to access the app.' };
  }
  if (prompt.name !== 'consent') {
    return { select_account: {}, login: { accountId: 'ada' } };
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return { consent: { grantId: await grant.save() } };
}

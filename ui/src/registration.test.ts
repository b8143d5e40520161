import { expect, test } from 'vitest';

import { fault } from './registration.ts';

const ID = 'a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab';

test.each([
  [ID, '', undefined],
  [` ${ID.toUpperCase()} `, ' contoso.onmicrosoft.com ', undefined],
  [ID, ID, undefined],
  [ID, 'organizations', undefined],
  ['', '', 'no-id'],
  [ID.slice(1), '', 'no-id'],
  [`{${ID}}`, '', 'no-id'],
  [ID, 'contoso', 'no-tenant'],
  [ID, 'https://contoso.example', 'no-tenant'],
  [ID, '../common', 'no-tenant'],
  [ID, `${'a.'.repeat(200)}example`, 'no-tenant'],
])('client id "%s" with tenant "%s": %s', (client_id, tenant, expected) => {
  expect(fault({ client_id, tenant })).toBe(expected);
});

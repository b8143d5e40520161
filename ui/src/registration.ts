/** What a person types in as an app registration, as the settings take it. */

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A domain of a tenant, or one of the words that Microsoft has for many of them. */
const TENANT = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$|^(organizations|common)$/i;

export type RegistrationFault = 'no-id' | 'no-tenant';

export interface Typed {
  client_id: string;
  tenant: string;
}

/** What is wrong with what was typed. An empty tenant is any organisation. */
export function fault({ client_id, tenant }: Typed): RegistrationFault | undefined {
  if (!ID.test(client_id.trim())) return 'no-id';
  const named = tenant.trim();
  return named === '' || ID.test(named) || TENANT.test(named) ? undefined : 'no-tenant';
}

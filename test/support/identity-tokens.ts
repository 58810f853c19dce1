/** Claims of a token, by an ID of a user, and parameters of its header. */
export interface DocumentedToken {
  readonly claims: (id: string) => Record<string, unknown>
  readonly header?: object
}

/** Tokens of an identity product, as docs/facts/identity-products.md lists them with their sources. */
export interface IdentityProduct {
  readonly preset: string
  readonly issuer: string
  /** Fields of the entry in the file of issuers. */
  readonly entry?: Readonly<Record<string, unknown>>
  readonly persons: Readonly<Record<string, DocumentedToken>>
  readonly guests?: Readonly<Record<string, DocumentedToken>>
  /** Tokens of machines and tokens for other purposes, and the claim that says so. */
  readonly refused: Readonly<Record<string, DocumentedToken & { readonly because: string }>>
  /** Claims with the role in an organization, and the claims that name the organization. */
  readonly roleIn?: { readonly claim: string; readonly with: Readonly<Record<string, unknown>> }
  /** Claims that users of the product write themselves. */
  readonly selfWritten: readonly string[]
}

const seconds = () => Math.floor(Date.now() / 1000)
const clerk = { azp: 'https://app.example.com', sid: 'sess_1', fva: [1, -1], v: 2, sts: 'active' }
const auth0 = { aud: ['https://api.example.com', 'https://t.auth0.com/userinfo'], scope: 'openid profile' }
const workos = { sid: 'session_01', jti: '01', permissions: ['posts:read'] }
const firebase = () => ({ aud: 'project', auth_time: seconds() - 60 })
const keycloak = { typ: 'Bearer', azp: 'web', acr: '1', scope: 'profile email', sid: 's' }
const supabase = { aud: 'authenticated', role: 'authenticated', aal: 'aal1', session_id: 's', phone: '' }
const idToken = { claims: (sub: string) => ({ sub, aud: 'client_1', nonce: 'n', email: 'ann@example.com' }) }

export const IDENTITY_PRODUCTS: readonly IdentityProduct[] = [
  {
    preset: 'clerk',
    issuer: 'https://clerk.example.com',
    persons: {
      'session token, version 2': { claims: (id) => ({ ...clerk, sub: `user_${id}` }) },
      'session token, version 1': { claims: (id) => ({ azp: clerk.azp, sid: 'sess_1', sub: `user_${id}` }) },
    },
    refused: {
      'M2M token': { claims: (id) => ({ sub: `mch_${id}`, aud: ['mch_2'], scopes: 'mch_2' }), because: 'sub' },
      'OAuth access token': {
        claims: (id) => ({ sub: `user_${id}`, client_id: 'c', scope: 'profile' }),
        header: { typ: 'at+jwt' },
        because: 'typ',
      },
      'ID token': { ...idToken, because: 'nonce' },
    },
    roleIn: { claim: 'org_role', with: { org_id: 'org_1', azp: clerk.azp } },
    selfWritten: ['unsafe_metadata.role', 'unsafeMetadata', 'name', 'picture'],
  },
  {
    preset: 'auth0',
    issuer: 'https://t.auth0.com/',
    persons: {
      'access token of the profile of Auth0': { claims: (id) => ({ ...auth0, sub: `auth0|${id}`, azp: 'client' }) },
      'access token of RFC 9068': {
        claims: (id) => ({ ...auth0, sub: `google-oauth2|${id}`, client_id: 'client', jti: 'j' }),
        header: { typ: 'at+jwt' },
      },
    },
    refused: {
      'client credentials': { claims: (id) => ({ sub: `${id}@clients`, azp: id, aud: 'api' }), because: 'sub' },
      'client credentials, by the grant': {
        claims: (id) => ({ sub: id, azp: 'client', aud: 'api', gty: 'client-credentials' }),
        because: 'gty',
      },
      'client credentials of RFC 9068': { claims: (id) => ({ sub: id, client_id: id, aud: 'api' }), because: 'sub' },
      'ID token': { ...idToken, because: 'nonce' },
    },
    selfWritten: ['user_metadata.plan', 'https://app.example.com/user_metadata', 'nickname', 'given_name'],
  },
  {
    preset: 'better-auth',
    issuer: 'https://app.example.com',
    persons: {
      'token of the plug-in jwt': {
        claims: (id) => ({
          id,
          sub: id,
          aud: 'https://app.example.com',
          email: 'ann@example.com',
          emailVerified: true,
        }),
      },
    },
    guests: {
      'user of the plug-in anonymous': {
        claims: (id) => ({ id, sub: id, email: `temp-${id}@example.com`, emailVerified: true, isAnonymous: true }),
      },
    },
    refused: {
      'client credentials': { claims: (id) => ({ sub: id, client_id: id, azp: id, scope: 'a' }), because: 'sub' },
      'access token of an OAuth client': {
        claims: (id) => ({ sub: id, client_id: 'c', azp: 'c', scope: 'a' }),
        header: { typ: 'at+jwt' },
        because: 'typ',
      },
      'ID token': { claims: (sub) => ({ sub, aud: 'c', auth_time: 1, acr: '0', at_hash: 'h' }), because: 'at_hash' },
    },
    roleIn: { claim: 'activeOrganizationRole', with: { activeOrganizationId: 'org_1' } },
    selfWritten: ['name', 'image', 'username', 'displayUsername'],
  },
  {
    preset: 'supabase',
    issuer: 'https://p.supabase.co/auth/v1',
    persons: {
      'user with an address': {
        claims: (sub) => ({ ...supabase, sub, email: 'ann@example.com', is_anonymous: false, user_metadata: {} }),
      },
      'user with a telephone': { claims: (sub) => ({ ...supabase, sub, email: '', phone: '4915' }) },
    },
    guests: { 'anonymous sign-in': { claims: (sub) => ({ ...supabase, sub, email: '', is_anonymous: true }) } },
    refused: {
      'key anon': { claims: () => ({ ...supabase, sub: 'anon', role: 'anon' }), because: 'role' },
      'key service_role': { claims: (sub) => ({ ...supabase, sub, role: 'service_role' }), because: 'role' },
      'ID token': { claims: (sub) => ({ ...supabase, sub, nonce: 'n' }), because: 'nonce' },
    },
    roleIn: {
      claim: 'app_metadata.organization_role',
      with: { ...supabase, app_metadata: { organization_id: 'org_1' } },
    },
    selfWritten: ['user_metadata.role', 'user_metadata', 'raw_user_meta_data.role', 'userMetadata.role'],
  },
  {
    preset: 'workos',
    issuer: 'https://api.workos.com',
    persons: {
      'session token': { claims: (id) => ({ ...workos, sub: `user_${id}`, org_id: 'org_1', role: 'member' }) },
    },
    refused: {
      'M2M application': {
        claims: (id) => ({ sub: `client_${id}`, client_id: `client_${id}`, org_id: 'org_1', aud: 'client_9' }),
        because: 'sub',
      },
      'M2M application with another ID': {
        claims: (id) => ({ sub: id, client_id: id, org_id: 'org_1', aud: 'client_9' }),
        because: 'sub',
      },
      'OAuth application': {
        claims: (id) => ({ sub: `user_${id}`, sid: 'app_consent_1', aud: 'client_9' }),
        because: 'sid',
      },
      'ID token': { ...idToken, because: 'nonce' },
    },
    roleIn: { claim: 'roles', with: { ...workos, org_id: 'org_1', role: 'member' } },
    selfWritten: ['first_name', 'last_name', 'name'],
  },
  {
    preset: 'firebase',
    issuer: 'https://securetoken.google.com/project',
    entry: { audience: 'project' },
    persons: {
      'ID token': {
        claims: (sub) => ({ ...firebase(), sub, user_id: sub, firebase: { sign_in_provider: 'password' } }),
      },
      'ID token of a telephone': {
        claims: (sub) => ({ ...firebase(), sub, phone_number: '+49', firebase: { sign_in_provider: 'phone' } }),
      },
    },
    guests: {
      'anonymous sign-in': {
        claims: (sub) => ({
          ...firebase(),
          sub,
          provider_id: 'anonymous',
          firebase: { sign_in_provider: 'anonymous' },
        }),
      },
    },
    refused: {
      'custom token': { claims: (uid) => ({ ...firebase(), uid, sub: 's', claims: {} }), because: 'uid' },
      'service account': {
        claims: () => ({ ...firebase(), sub: 'robot@project.iam.gserviceaccount.com' }),
        because: 'sub',
      },
    },
    selfWritten: ['name', 'picture'],
  },
  {
    preset: 'keycloak',
    issuer: 'https://sso.example.com/realms/main',
    persons: { 'access token': { claims: (sub) => ({ ...keycloak, sub, preferred_username: 'ann' }) } },
    refused: {
      ...Object.fromEntries(
        ['ID', 'Refresh', 'Offline', 'Logout', 'Serialized-ID', 'DPoP'].map((typ) => [
          `token of the type ${typ}`,
          { claims: (sub: string) => ({ ...keycloak, sub, typ }), because: 'typ' },
        ]),
      ),
      'service account': {
        claims: (sub) => ({ ...keycloak, sub, preferred_username: 'service-account-worker' }),
        because: 'preferred_username',
      },
      'service account without a profile': {
        claims: (sub) => ({ ...keycloak, sub, client_id: 'worker', clientHost: '10.0.0.1', clientAddress: '10.0.0.1' }),
        because: 'clientHost',
      },
    },
    selfWritten: ['attributes.role', 'nickname', 'locale'],
  },
  {
    preset: 'authjs',
    issuer: 'https://app.example.com',
    entry: { secretFrom: 'SHARED_SECRET' },
    persons: { session: { claims: (sub) => ({ sub, name: 'Ann', email: 'ann@example.com' }) } },
    refused: {},
    selfWritten: ['name', 'picture'],
  },
]

import type { ClaimNames, IssuerDefaults, TokenKind } from './issuers.js'

/** Claims that most products name alike. */
const COMMON: ClaimNames = {
  subject: ['sub'],
  email: ['email'],
  emailVerified: ['email_verified'],
  name: ['name'],
  roles: ['roles'],
  organization: [],
  organizationName: [],
  organizationRole: [],
  impersonator: ['act.sub'],
}

const ROLES = { owner: ['owner', 'org:owner'], admin: ['admin', 'org:admin'] }

const at = (path: string) => (issuer: string) => `${issuer.replace(/\/$/, '')}${path}`

const machine = (claim: string, form: TokenKind['form']): TokenKind => ({
  holder: 'MACHINE',
  name: 'a token of a machine',
  claim,
  form,
})
const otherToken = (name: string, claim: string, form: TokenKind['form']): TokenKind => ({
  holder: 'OTHER',
  name,
  claim,
  form,
})
const guest = (claim: string, form: TokenKind['form']): TokenKind => ({
  holder: 'GUEST',
  name: 'a token of a guest',
  claim,
  form,
})

/** Claims that only ID tokens of OpenID Connect have (OpenID Connect Core 1.0, sections 2 and 3.3.2.11). */
const ID_TOKEN = ['nonce', 'at_hash', 'c_hash'].map((claim) => otherToken('an ID token', claim, 'present'))
/** Access tokens that an application of another party obtained in the name of a user (RFC 9068). */
const OTHER_APPLICATION = otherToken(
  'an access token of another application',
  'header.typ',
  /^(application\/)?at\+jwt$/i,
)

/**
 * Tokens of identity products, as their documentation and their libraries describe them: where the keys are, which claims
 * there are, and whose token is no token of a person (`kinds`). docs/facts/identity-products.md has the sources.
 */
export const ISSUER_PRESETS = {
  /** Tokens in the form of Stackgate itself: `cid` and `crole` name a community. */
  stackgate: {
    claims: { ...COMMON, organization: ['cid'], organizationRole: ['crole'] },
    organizationKind: 'COMMUNITY',
    organizationRoles: { admin: ['admin'], member: ['member'] },
    requiredClaims: ['email'],
  },
  /** Session tokens, versions 1 and 2. They have no email address and no audience: `azp` names the origin of the application. */
  clerk: {
    jwksUrl: at('/.well-known/jwks.json'),
    claims: {
      ...COMMON,
      organization: ['o.id', 'org_id'],
      organizationName: ['o.slg', 'org_slug'],
      organizationRole: ['o.rol', 'org_role'],
    },
    organizationRoles: ROLES,
    kinds: [machine('sub', /^mch_/), OTHER_APPLICATION, ...ID_TOKEN],
    pastTimes: ['iat'],
  },
  /** Access tokens of an API. A machine has no user: its subject is its client ID. */
  auth0: {
    jwksUrl: at('/.well-known/jwks.json'),
    claims: { ...COMMON, organization: ['org_id'], organizationName: ['org_name'] },
    authorizedParty: ['azp', 'client_id'],
    kinds: [
      machine('sub', /@clients$/),
      machine('gty', /^client[-_]credentials$/),
      machine('sub', { equals: ['azp', 'client_id'] }),
      ...ID_TOKEN,
    ],
  },
  /** Tokens of the plug-in `jwt`. The payload is the user unless the application defines another one. */
  'better-auth': {
    jwksUrl: at('/api/auth/jwks'),
    claims: {
      ...COMMON,
      emailVerified: ['emailVerified'],
      roles: ['role'],
      organization: ['activeOrganizationId'],
      organizationRole: ['activeOrganizationRole'],
      impersonator: ['impersonatedBy', 'act.sub'],
    },
    organizationRoles: ROLES,
    kinds: [
      machine('sub', { equals: ['azp', 'client_id'] }),
      OTHER_APPLICATION,
      ...ID_TOKEN,
      guest('isAnonymous', /^true$/),
    ],
    selfWritten: ['image', 'username', 'displayUsername'],
  },
  /** Access tokens. Those of the roles `anon` and `service_role` belong to no user. */
  supabase: {
    jwksUrl: at('/.well-known/jwks.json'),
    audience: ['authenticated'],
    claims: {
      ...COMMON,
      name: ['user_metadata.full_name', 'user_metadata.name'],
      roles: ['app_metadata.roles'],
      organization: ['app_metadata.organization_id'],
      organizationRole: ['app_metadata.organization_role'],
    },
    organizationRoles: ROLES,
    expectedClaims: { role: ['authenticated'] },
    kinds: [...ID_TOKEN, guest('is_anonymous', /^true$/)],
  },
  /** Access tokens of sessions. Their issuer is the API of the product for all applications: the key set belongs to one. */
  workos: {
    claims: { ...COMMON, roles: [], organization: ['org_id'], organizationRole: ['roles', 'role'] },
    authorizedParty: ['azp', 'client_id'],
    organizationRoles: ROLES,
    kinds: [
      machine('sub', /^(client|app)_/),
      machine('sub', { equals: ['client_id'] }),
      otherToken('an access token of another application', 'sid', /^app_consent_/),
      ...ID_TOKEN,
    ],
    selfWritten: ['first_name', 'last_name'],
  },
  /** ID tokens. Issuer and audience contain the project, because all projects have the same keys. */
  firebase: {
    jwksUrl: () => 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    claims: { ...COMMON, organization: ['firebase.tenant'] },
    requiredClaims: ['iat', 'auth_time'],
    pastTimes: ['iat', 'auth_time'],
    kinds: [
      machine('sub', /\.gserviceaccount\.com$/),
      otherToken('a custom token', 'uid', 'present'),
      guest('firebase.sign_in_provider', /^anonymous$/),
      guest('provider_id', /^anonymous$/),
    ],
  },
  /** Access tokens, whose claim `typ` is `Bearer`. `organization` is the one organization that the sign-in selected. */
  keycloak: {
    jwksUrl: at('/protocol/openid-connect/certs'),
    claims: {
      ...COMMON,
      name: ['name', 'preferred_username'],
      roles: ['realm_access.roles'],
      organization: ['organization'],
      impersonator: ['act.sub', 'impersonator.username', 'impersonator.id'],
    },
    hasSeveralOrganizations: true,
    kinds: [
      otherToken('an ID token', 'typ', /^(Serialized-)?ID$/i),
      otherToken('a refresh token', 'typ', /^Refresh$/i),
      otherToken('an offline token', 'typ', /^Offline$/i),
      otherToken('a logout token', 'typ', /^Logout$/i),
      otherToken('a token that is no access token of the type Bearer', 'typ', /^(?!Bearer$)/i),
      machine('preferred_username', /^service-account-/),
      machine('username', /^service-account-/),
      machine('clientHost', 'present'),
      machine('clientAddress', 'present'),
    ],
    selfWritten: ['attributes'],
  },
  /** Encrypted session cookies of Auth.js 5, opened with the secret of the application. */
  authjs: {
    claims: COMMON,
    cookieName: '__Secure-authjs.session-token',
    // As `decode` of @auth/core.
    clockToleranceSeconds: 15,
  },
} as const satisfies Record<string, IssuerDefaults>

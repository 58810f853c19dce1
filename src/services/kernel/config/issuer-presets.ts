import type { ClaimNames, IssuerDefaults } from './issuers.js'

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
}

const ROLES = { owner: ['owner', 'org:owner'], admin: ['admin', 'org:admin'] }

const at = (path: string) => (issuer: string) => `${issuer.replace(/\/$/, '')}${path}`

/**
 * Tokens of identity products, as their documentation describes them: where the keys are, which claims there are, and what
 * is no token of a user.
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
  },
  /** Access tokens of an API. */
  auth0: {
    jwksUrl: at('/.well-known/jwks.json'),
    claims: { ...COMMON, organization: ['org_id'], organizationName: ['org_name'] },
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
    },
    organizationRoles: ROLES,
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
  },
  /** Access tokens. Their issuer is the API of the product for all applications: the key set belongs to one. */
  workos: {
    claims: { ...COMMON, roles: [], organization: ['org_id'], organizationRole: ['role'] },
    organizationRoles: ROLES,
  },
  /** ID tokens. Issuer and audience contain the project. */
  firebase: {
    jwksUrl: () => 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    claims: { ...COMMON, organization: ['firebase.tenant'] },
  },
  /** Access tokens. `organization` is the one organization that the sign-in selected. */
  keycloak: {
    jwksUrl: at('/protocol/openid-connect/certs'),
    claims: {
      ...COMMON,
      name: ['name', 'preferred_username'],
      roles: ['realm_access.roles'],
      organization: ['organization'],
    },
  },
  /** Encrypted session cookies of Auth.js 5, opened with the secret of the application. */
  authjs: { claims: COMMON, cookieName: '__Secure-authjs.session-token' },
} as const satisfies Record<string, IssuerDefaults>

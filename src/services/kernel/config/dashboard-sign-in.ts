/** Sign-in to the dashboard at the identity provider that signs user tokens. */
export interface DashboardSignInConfig {
  /** Issuer of user tokens, exactly as in their claim `iss`. Its discovery document names the endpoints. */
  readonly issuer: string
  /** The dashboard as a public client of the provider. */
  readonly clientId: string
  readonly scope: string
  /** Audience that the provider is asked for. Null: that of the client. */
  readonly audience: string | null
}

interface SignInValues {
  readonly AUTH_JWKS_URL?: URL | undefined
  readonly AUTH_ISSUER?: string | undefined
  readonly AUTH_AUDIENCE?: string | undefined
  readonly DASHBOARD_CLIENT_ID?: string | undefined
  readonly DASHBOARD_SCOPES?: string | undefined
}

const DEFAULT_SCOPE = 'openid email profile'
const LOOPBACK = /^(127\.|localhost$|\[::1\]$)/

/** True for addresses to which a browser may send a code: https, or http on the same machine. */
export const isSecureAddress = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

/** Sign-in to the dashboard, or null without a client. Adds a problem for each setting that is missing. */
export function dashboardSignIn(values: SignInValues, problems: string[]): DashboardSignInConfig | null {
  const { DASHBOARD_CLIENT_ID: clientId, DASHBOARD_SCOPES: scopes, AUTH_ISSUER: issuer = '' } = values
  if (!clientId) {
    if (scopes) problems.push('DASHBOARD_CLIENT_ID: missing; DASHBOARD_SCOPES belongs to it')
    return null
  }
  const scope = scopes?.split(/[\s,]+/).join(' ') ?? DEFAULT_SCOPE
  if (!values.AUTH_JWKS_URL)
    problems.push('AUTH_JWKS_URL: missing; DASHBOARD_CLIENT_ID requires the key set of user tokens')
  if (!isSecureAddress(issuer))
    problems.push('AUTH_ISSUER: expected the https URL of the identity provider, which DASHBOARD_CLIENT_ID requires')
  if (!scope.split(' ').includes('openid')) problems.push('DASHBOARD_SCOPES: must contain openid')
  return { issuer, clientId, scope, audience: values.AUTH_AUDIENCE ?? null }
}

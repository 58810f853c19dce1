import { readConfig } from '#services/kernel/config/config.js'
import { decideProvider } from '#services/catalog/doctor/check-dashboard-sign-in.js'

const SIGN_IN = {
  AUTH_JWKS_URL: 'https://id.example.com/jwks',
  AUTH_ISSUER: 'https://id.example.com',
  DASHBOARD_CLIENT_ID: 'dashboard',
}
const problemsOf = (env: Record<string, string>) => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(':')[0])
  }
}

describe('Sign-in settings of the dashboard', () => {
  it('are optional, and complete with a client', () => {
    expect(readConfig({}).dashboardSignIn).toBeNull()
    expect(readConfig(SIGN_IN).dashboardSignIn).toEqual({
      issuer: 'https://id.example.com',
      clientId: 'dashboard',
      scope: 'openid email profile',
      audience: null,
    })
  })

  it.each([
    ['scopes without a client', { DASHBOARD_SCOPES: 'openid' }, ['DASHBOARD_CLIENT_ID']],
    ['a client without an issuer', { DASHBOARD_CLIENT_ID: 'dashboard' }, ['AUTH_JWKS_URL', 'AUTH_ISSUER']],
    ['an issuer that is no address', { ...SIGN_IN, AUTH_ISSUER: 'example' }, ['AUTH_ISSUER']],
    ['an issuer without encryption', { ...SIGN_IN, AUTH_ISSUER: 'http://id.example.com' }, ['AUTH_ISSUER']],
    ['an issuer on this machine', { ...SIGN_IN, AUTH_ISSUER: 'http://127.0.0.1:5000' }, []],
    ['scopes without openid', { ...SIGN_IN, DASHBOARD_SCOPES: 'email' }, ['DASHBOARD_SCOPES']],
  ] as const)('%s', (_, env, problems) => {
    expect(problemsOf(env)).toEqual(problems)
  })

  it.each([
    ['supports PKCE', ['plain', 'S256'], 'ok'],
    ['does not say', undefined, 'warning'],
    ['supports another method only', ['plain'], 'problem'],
  ] as const)('the doctor reads whether the provider %s', (_, methods, status) => {
    const provider = {
      issuer: SIGN_IN.AUTH_ISSUER,
      authorization_endpoint: `${SIGN_IN.AUTH_ISSUER}/auth`,
      token_endpoint: `${SIGN_IN.AUTH_ISSUER}/token`,
      code_challenge_methods_supported: methods && [...methods],
    }
    expect(decideProvider(provider, 'https://example.com/dashboard/signed-in').status).toBe(status)
  })
})

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import type { Page } from 'playwright-core'

export const CLIENT_ID = 'stackgate-dashboard'
export const AUDIENCE = 'https://billing.example.com/'

/** Settings that a test can change while the provider runs. */
export interface ProviderSettings {
  /** Lifetime of access tokens in seconds. */
  lifetime: number
  hasRefreshTokens: boolean
  audience: string
  /** Path at which connections are cut, as by a provider that is away. */
  brokenPath: string | null
  roles: readonly string[]
}

export interface OpenIdProvider {
  readonly issuer: string
  readonly settings: ProviderSettings
  /** Paths of all requests, without parameters. */
  readonly requests: readonly string[]
  /** Admits the dashboard of a server. */
  register(serverUrl: string): Promise<void>
  close(): Promise<void>
}

/** A certified OpenID provider on this machine, with pages to sign in and to consent. The email address is the name that is typed. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const settings: ProviderSettings = {
    lifetime: 600,
    hasRefreshTokens: true,
    audience: AUDIENCE,
    brokenPath: null,
    roles: ['user'],
  }
  const requests: string[] = []
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.destroy()
  const server = createServer((request, response) => {
    const path = request.url!.replace(/\?.*/, '')
    requests.push(`${request.method} ${path}`)
    if (path === settings.brokenPath) request.destroy()
    else handle(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    settings,
    requests,
    register: async (serverUrl) => {
      handle = new Provider(issuer, await configuration(serverUrl, settings)).callback()
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function configuration(serverUrl: string, settings: ProviderSettings): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${serverUrl}/dashboard/signed-in`],
        post_logout_redirect_uris: [`${serverUrl}/dashboard/`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'test' }] },
    cookies: { keys: ['a key of the tests'] },
    clientBasedCORS: (_: unknown, origin: string) => origin === serverUrl,
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: id }) }),
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    extraTokenClaims: (_: unknown, token: { accountId: string }) => ({ email: token.accountId, roles: settings.roles }),
    issueRefreshToken: () => settings.hasRefreshTokens,
    ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 3600, RefreshToken: 3600 },
    features: {
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: settings.audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: settings.lifetime,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  }
}

/** Signs in on the pages of the provider, and consents where it asks. */
export async function signInAtProvider(page: Page, email: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(email)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

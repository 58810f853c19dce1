import { Viewer } from '@stackgate/client/documents'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOpenIdProvider, type OpenIdProvider } from '#test/support/open-id-provider.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = '<!doctype html><html><head><title>t</title></head><body><div id="root"></div></body></html>'

/** Folder with pages as the build writes them. */
function builtPages(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-pages-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), PAGE)
  writeFileSync(join(folder, 'boot.js'), 'self.booted = true')
  writeFileSync(join(folder, 'assets/index-1a2b.js'), 'export const plain = 1')
  writeFileSync(join(folder, 'assets/index-1a2b.js.br'), 'compressed')
  return folder
}

describe('Serving the dashboard', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = builtPages()
    server = await startTestServer({
      env: { DASHBOARD: folder, PUBLIC_URL: 'https://shop.example.com/stacker/' },
      app: {
        signSandboxToken: ({ email, roles }) => server.token(email, { roles: roles as never }),
        sandboxControl: (method, path, body) => Promise.resolve({ status: 200, body: { method, path, body } }),
      },
    })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers })
  const choose = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/dashboard/sandbox/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url, ...headers },
      body: JSON.stringify(body),
    })

  it.each(['/dashboard', '/dashboard/', '/dashboard/a/acc_1/billing', '/stacker/dashboard/plans'])(
    'returns the page at %s, with the public base and a nonce of its own',
    async (path) => {
      const [first, second] = await Promise.all([get(path), get(path)])
      const text = await first.text()
      expect(first.status).toBe(200)
      expect(text).toContain('<base href="/stacker/dashboard/">')
      const [, nonce] = /nonce="([\w-]+)"/.exec(text)!
      expect(first.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
      expect(await second.text()).not.toContain(nonce)
      expect(first.headers.get('cache-control')).toBe('no-store')
    },
  )

  it('has a policy without inline scripts, foreign addresses and framing', async () => {
    const policy = (await get('/dashboard')).headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https:/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("connect-src 'self' wss://shop.example.com")
    expect(policy).toContain("require-trusted-types-for 'script'")
  })

  it('returns files that may be stored forever, compressed where the client accepts it', async () => {
    const plain = await get('/dashboard/assets/index-1a2b.js', { 'accept-encoding': 'identity' })
    expect(await plain.text()).toBe('export const plain = 1')
    expect(plain.headers.get('cache-control')).toContain('immutable')
    const raw = await server.app.edge.app.inject({
      url: '/dashboard/assets/index-1a2b.js',
      headers: { 'accept-encoding': 'br' },
    })
    expect([raw.headers['content-encoding'], raw.body]).toEqual(['br', 'compressed'])
    expect((await get('/dashboard/assets/../index.html')).status).toBe(200)
    expect((await get('/dashboard/assets/none.js')).status).toBe(404)
  })

  it('answers a sentence while the pages are built or if that failed, and the pages as soon as they are there', async () => {
    const [page, hidden, failure] = ['index.html', 'hidden.html', 'failed.txt'].map((name) => join(folder, name))
    renameSync(page!, hidden!)
    const building = await get('/dashboard/a/acc_1/billing')
    expect([building.status, building.headers.get('refresh')]).toEqual([503, '2'])
    expect(await building.text()).toContain('The dashboard is being built.')
    writeFileSync(failure!, 'vite: no')
    const failed = await get('/dashboard')
    expect([failed.status, failed.headers.get('refresh')]).toEqual([503, null])
    expect(await failed.text()).toMatch(/The dashboard could not be built\.(?!.*vite: no)/s)
    rmSync(failure!)
    renameSync(hidden!, page!)
    expect((await get('/dashboard')).status).toBe(200)
  })

  it('redirects browsers, and no other clients, from / and from pages that the dashboard has', async () => {
    const open = (path: string, accept: string) =>
      fetch(`${server.url}${path}`, { headers: { accept }, redirect: 'manual' })
    for (const [path, target] of [
      ['/', '/stacker/dashboard/'],
      ['/invitations', '/stacker/dashboard/invitations'],
      ['/billing/start?plan=plus', '/stacker/dashboard/plans?plan=plus'],
    ] as const) {
      const browser = await open(path, 'text/html,application/xhtml+xml')
      expect([browser.status, browser.headers.get('location')]).toEqual([302, target])
    }
    expect((await open('/', '*/*')).status).toBe(200)
    expect((await open('/invitations', '*/*')).status).toBe(404)
  })

  it('says what the page has to know before anybody is signed in', async () => {
    expect(await (await get('/dashboard/config.json')).json()).toEqual({
      mode: 'sandbox',
      business: 'try-direct',
      pages: expect.stringMatching(/^\^/),
      brand: null,
      sandboxSignIn: true,
      documentation: false,
      sandboxControl: true,
      openId: null,
    })
  })

  it('signs in a person of the sandbox', async () => {
    const answer = (await (await choose({ person: 'ann' })).json()) as { token: string; email: string }
    expect(answer.email).toBe('ann@example.com')
    const { data } = await server.graphql(Viewer, {}, answer.token)
    expect(data.viewer!.user.email).toBe('ann@example.com')
    expect(await (await choose({ email: 'bo@example.com', role: 'user' })).json()).toMatchObject({
      email: 'bo@example.com',
    })
  })

  it.each<[string, Record<string, string>]>([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a name that resolves to this machine', { host: 'evil.example', origin: 'http://evil.example' }],
    ['a program without an origin', { origin: '' }],
  ])('refuses %s as if the route did not exist', async (_, headers) => {
    const { host: foreign, ...others } = headers
    const { host } = new URL(server.url)
    const { statusCode } = await server.app.edge.app.inject({
      method: 'POST',
      url: '/dashboard/sandbox/session',
      headers: { 'content-type': 'application/json', host: foreign ?? host, origin: server.url, ...others },
      payload: { person: 'ann' },
    })
    expect(statusCode).toBe(404)
  })

  it('lets a page of this machine do the listed actions of the sandbox, and no other client', async () => {
    const { host } = new URL(server.url)
    const act = async (payload: object, headers: Record<string, string> = {}) => {
      const { statusCode, body } = await server.app.edge.app.inject({
        method: 'POST',
        url: '/dashboard/sandbox/control',
        headers: { 'content-type': 'application/json', host, origin: server.url, ...headers },
        payload,
      })
      return [statusCode, JSON.parse(body)] as const
    }
    expect(await act({ action: 'pay', checkout: 'cs_1', outcome: 'paid' })).toEqual([
      200,
      { method: 'POST', path: 'checkouts/cs_1/pay', body: { outcome: 'paid' } },
    ])
    expect(await act({ action: 'clear' })).toEqual([200, { method: 'DELETE', path: 'faults' }])
    for (const payload of [
      { action: 'reset' },
      { action: 'pay', checkout: '../reset', outcome: 'paid' },
      { action: 'overview', path: 'reset' },
    ])
      expect((await act(payload))[0]).toBe(400)
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { host: 'evil.example', origin: 'http://evil.example' },
    ]
    for (const headers of foreign) expect((await act({ action: 'overview' }, headers))[0]).toBe(404)
  })

  it('refuses wrong persons with a sentence', async () => {
    for (const body of [
      { person: 'eve' },
      { email: 'no address', role: 'user' },
      { email: 'a@b.co', role: 'service' },
      [],
    ]) {
      const response = await choose(body)
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'BAD_USER_INPUT'])
    }
  })
})

describe('Sign-in with OpenID Connect', () => {
  const folder = builtPages()
  let provider: OpenIdProvider
  let server: TestServer
  beforeAll(async () => {
    provider = await startOpenIdProvider()
    server = await startTestServer({
      env: {
        DASHBOARD: folder,
        AUTH_JWKS_URL: `${provider.issuer}/jwks`,
        AUTH_ISSUER: provider.issuer,
        AUTH_AUDIENCE: 'stackgate',
        DASHBOARD_CLIENT_ID: 'dashboard',
        DASHBOARD_SCOPES: 'openid,email offline_access',
      },
    })
    await provider.register(server.url)
  })
  afterAll(async () => {
    await server.close()
    await provider.close()
    rmSync(folder, { recursive: true })
  })

  it('hands the endpoints of the provider to the page, and reads them once for many requests', async () => {
    const read = async () => (await fetch(`${server.url}/dashboard/config.json`)).json()
    const [config] = await Promise.all([read(), read(), read()])
    expect(config).toMatchObject({
      openId: {
        clientId: 'dashboard',
        scope: 'openid email offline_access',
        audience: 'stackgate',
        provider: {
          issuer: provider.issuer,
          token_endpoint: `${provider.issuer}/token`,
          code_challenge_methods_supported: ['S256'],
        },
      },
    })
    expect(JSON.stringify(config)).not.toContain('jwks')
    expect(provider.requests).toEqual(['GET /.well-known/openid-configuration'])
  })

  it('admits the token endpoint of the identity provider, and no other address', async () => {
    const policy = (await fetch(`${server.url}/dashboard`)).headers.get('content-security-policy')!
    const own = server.url.replace('http', 'ws')
    expect(policy).toContain(`connect-src 'self' ${own} ${provider.issuer};`)
  })
})

describe('A server without the dashboard', () => {
  it('has none of its routes', async () => {
    const server = await startTestServer({ env: { DASHBOARD: 'off' } })
    try {
      for (const path of ['/dashboard', '/dashboard/config.json'])
        expect((await fetch(`${server.url}${path}`)).status).toBe(404)
      for (const name of ['session', 'control', 'agent']) {
        const init = { method: 'POST', headers: { origin: server.url } }
        expect((await fetch(`${server.url}/dashboard/sandbox/${name}`, init)).status).toBe(404)
      }
    } finally {
      await server.close()
    }
  })

  it('does not start with a folder that has no pages', async () => {
    await expect(startTestServer({ env: { DASHBOARD: '/nowhere' } })).rejects.toThrow(
      /DASHBOARD: there is no index.html/,
    )
  })
})

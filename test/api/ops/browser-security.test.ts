import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { exampleQueries } from '#wiring/example-queries.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Browser security headers', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      env: {
        PUBLIC_URL: 'https://example.com/stacker/',
        CORS_ORIGINS: 'https://app.example.com,https://admin.example.com',
      },
    })
  })
  afterAll(() => server.close())

  /** Every GET URL with values for its parameters. */
  const addresses = () =>
    server.app.edge.app
      .printRoutes({ commonPrefix: false })
      .split('\n')
      .flatMap((line) => /([/*][^\s(]*)\s\((.*)\)/.exec(line) ?? [])
      .filter((_, index, all) => index % 3 === 1 && all[index + 1]!.includes('GET'))
      .map((path) => path.replace(/:\w+/g, 'x').replace('*', 'x'))

  it('has a policy on every page that blocks foreign scripts and framing', async () => {
    const requested = [
      ...new Set([
        '/graphiql',
        '/billing/return',
        '/billing/return?cancelled=1',
        '/billing/start',
        '/billing/purchase-template',
        '/invitations',
        '/graphql',
        ...addresses(),
      ]),
    ]
    expect(requested.length).toBeGreaterThan(15)
    const pages: string[] = []
    for (const path of requested) {
      if (/\/wait\//.test(path)) continue // a long poll, which is no page
      const response = await fetch(server.url + path, { headers: { accept: 'text/html' } })
      const policy = response.headers.get('content-security-policy') ?? ''
      expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")])
      expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")])
      expect([path, policy]).toEqual([path, expect.not.stringMatching(/script-src[^;]*(unsafe|\*|https?:|data:)/)])
      expect([path, response.headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
      expect([path, response.headers.get('strict-transport-security')]).toEqual([
        path,
        expect.stringContaining('max-age'),
      ])
      const body = await response.text()
      if (!response.headers.get('content-type')?.includes('text/html')) continue
      // Loaded resources. Links can lead to other origins.
      expect(body).not.toMatch(/<(?!a )[^>]*(?:src|href)="(?:https?:)?\/\//)
      if (response.status !== 404) pages.push(new URL(response.url).pathname)
      expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i)
    }
    expect(new Set(pages)).toEqual(
      new Set(['/', '/graphiql', '/billing/return', '/billing/start', '/billing/purchase-template', '/invitations']),
    )
  })

  it('allows listed origins only, and none with credentials', async () => {
    const ask = async (origin: string) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      })
      return [
        response.headers.get('access-control-allow-origin'),
        response.headers.get('access-control-allow-credentials'),
      ]
    }
    expect(await ask('https://app.example.com')).toEqual(['https://app.example.com', null])
    expect(await ask('https://admin.example.com')).toEqual(['https://admin.example.com', null])
    for (const stranger of [
      'https://evil.example.com',
      'https://app.example.com.evil.example',
      'http://app.example.com',
      'null',
    ])
      expect(await ask(stranger)).toEqual([null, null])
  })

  it('sets no cookies', async () => {
    for (const path of ['/graphiql', '/health/live', '/billing/return', '/api/v1/nothing'])
      expect((await fetch(server.url + path)).headers.get('set-cookie')).toBeNull()
  })
})

describe('Landing pages', () => {
  let server: TestServer
  beforeAll(async () => {
    const token = () => server.token('you@example.com')
    server = await startTestServer({ app: { signSandboxToken: token } })
  })
  afterAll(() => server.close())

  const open = async (path: string, headers: Record<string, string> = { accept: 'text/html,*/*' }) => {
    const response = await fetch(server.url + path, { headers })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }

  it('links / to GraphiQL, the sandbox and the tutorial', async () => {
    const { status, type, text } = await open('/')
    expect([status, type]).toEqual([200, 'text/html; charset=utf-8'])
    expect(text).toContain('href="/graphiql"')
    expect(text).toContain(`href="${server.sandbox.url}/_sandbox"`)
    expect(text).toContain('docs/tutorial.md')
  })

  it.each([
    ['/billing/start', 200],
    ['/billing/purchase-template', 200],
    ['/billing/return', 200],
    ['/invitations?token=x', 200],
    ['/billing/return/paypal?token=x', 404],
    ['/admin/attribution', 404],
  ])('shows a page with links at %s to browsers, and JSON to programs', async (path, status) => {
    const page = await open(path)
    expect([page.status, page.type]).toEqual([status, 'text/html; charset=utf-8'])
    expect(page.text).toContain('<a class="button" href="/">')
    if (path !== '/billing/return')
      expect(await open(path, { accept: 'application/json' })).toMatchObject({
        status: 404,
        type: 'application/json; charset=utf-8',
      })
  })

  it("returns from the portal and the vendor's onboarding to a page", async () => {
    expect((await open(new URL(server.app.context.config.appUrl).pathname)).status).toBe(200)
  })

  it('opens GraphiQL with a token and the example queries', async () => {
    const { queries, headers } = JSON.parse((await open('/graphiql/settings.json')).text) as {
      queries: string[]
      headers: string
    }
    expect(queries).toEqual(exampleQueries)
    const { Authorization } = JSON.parse(headers) as { Authorization: string }
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: Authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query: queries[0] }),
    })
    expect(await answer.json()).toMatchObject({ data: { viewer: { user: { email: 'you@example.com' } } } })
  })

  it('includes no token for requests with another host name or through a proxy', async () => {
    for (const headers of [{ 'x-forwarded-for': '203.0.113.9' }, { host: 'evil.example' }]) {
      const { body } = await server.app.edge.app.inject({ url: '/graphiql/settings.json', headers })
      expect(Object.keys(JSON.parse(body) as object)).toEqual(['queries'])
    }
  })

  it('has queries that are valid for the schema', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
    const problems = exampleQueries.flatMap((query) => validate(schema, parse(query)))
    expect(problems).toEqual([])
  })
})

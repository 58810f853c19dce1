import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { person } from '#test/support/members.js'
import { TestAgent } from '#test/support/test-agent.js'

describe('Request rate limits', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      env: { RATE_LIMIT_USER: '20', RATE_LIMIT_SERVICE: '5', RATE_LIMIT_ANONYMOUS: '60', RATE_LIMIT_AGENT: '4' },
    })
  })
  afterAll(() => server.close())

  const graphql = (token: string | null, body: unknown = { query: '{ viewer { user { id } } plans { code } }' }) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    })

  it('returns 429 with the wait over GraphQL and REST to one user, but not to another', async () => {
    const ann = await person(server, 'ann@example.com')
    const bob = await person(server, 'bob@example.com')
    // One was taken by asking who she is; ten in a batch count as ten.
    const batch = await graphql(
      ann.token,
      Array.from({ length: 10 }, () => ({ query: '{ plans { code } }' })),
    )
    expect(batch.status).toBe(200)
    expect(batch.headers.get('ratelimit')).toMatch(/^"user";r=9;t=\d+$/)
    for (let n = 0; n < 9; n++) expect((await graphql(ann.token)).status).toBe(200)
    const refused = await graphql(ann.token)
    expect(refused.status).toBe(429)
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(60)
    const [error] = ((await refused.json()) as { errors: { extensions: { code: string; retryAfterMs: number } }[] })
      .errors
    expect(error!.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) })
    expect((await graphql(ann.token, [{ query: '{ plans { code } }' }])).status).toBe(429)
    const rest = await server.rest('GET', '/billing/status', { token: ann.token })
    for (const { headers } of [refused, rest]) {
      expect(headers.get('ratelimit-policy')).toBe('"user";q=20;w=60')
      const [, seconds] = /^"user";r=0;t=(\d+)$/.exec(headers.get('ratelimit')!)!
      expect(Number(seconds)).toBeLessThanOrEqual(60)
    }
    expect([rest.status, rest.body]).toEqual([
      429,
      expect.objectContaining({ code: 'RATE_LIMITED', error: 'Too many requests', retry_after_ms: expect.any(Number) }),
    ])
    expect(Number(rest.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect((await graphql(bob.token)).status).toBe(200)
  })

  it('limits each key separately', async () => {
    const [one, two] = [await server.serviceKey(['ops:read']), await server.serviceKey(['ops:read'])]
    const statuses = await Promise.all(Array.from({ length: 7 }, async () => (await graphql(one)).status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
    expect((await graphql(two)).status).toBe(200)
  })

  it('limits an agent by its ID and address', async () => {
    const agent = new TestAgent(server.url, { id: 'agt_unknown', token: 'x', hash: 'deployment_x' })
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await agent.report({ command_id: 'cmd_1', status: 'success' })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429])
    const { headers } = await server.rest('POST', '/api/v1/agent/commands/report', {
      headers: { 'x-agent-id': 'agt_unknown' },
      body: {},
    })
    expect(headers.get('ratelimit-policy')).toBe('"agent";q=4;w=60')
  })

  it('limits failed tokens per address, without effect on known callers', async () => {
    const carl = await server.token('carl@example.com')
    expect((await graphql(carl)).status).toBe(200)
    const statuses = []
    for (let n = 0; n < 8; n++) statuses.push((await graphql(`guess${n}`)).status)
    expect(statuses.slice(-2)).toEqual([429, 429])
    expect(statuses[0]).toBe(401)
    expect((await graphql(null)).status).toBe(429)
    expect((await graphql(carl)).status).toBe(200)
    // Metrics count by route.
    await server.rest('GET', '/billing/status', { token: 'guess' })
    const metrics = String((await server.rest('GET', '/metrics')).body)
    expect(metrics).toMatch(/stackgate_auth_failures_total\{route="\/graphql",code="INVALID_TOKEN"\} 8/)
    expect(metrics).toMatch(/stackgate_auth_failures_total\{route="\/billing\/status",code="INVALID_TOKEN"\} 1/)
    expect(metrics).toMatch(/stackgate_rate_limited_requests_total\{route="\/graphql"\} \d+/)
    expect(metrics).toContain('stackgate_agent_auth_failures_total')
  })
})

import { createHmac, randomUUID } from 'node:crypto'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { newDeployment, rowCounts, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { TestAgent } from '#test/support/test-agent.js'

type Rejection = { code: string; error: string; message: string; request_id: string; server_time?: number }

const seconds = () => Math.floor(Date.now() / 1000)
const sign = (token: string, body = '') => createHmac('sha256', token).update(body).digest('base64')

describe('Agent authentication', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  let neighbour: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
    neighbour = await deploymentWithAgent(server)
  })
  afterAll(() => server.close())

  const wait = async (headers: Record<string, string | null>, agent = served.agent) => {
    const { status, body } = await agent.wait(0, { headers })
    return { status, body: body as unknown as Rejection }
  }

  it('accepts the five headers with the right signature', async () => {
    expect((await served.agent.wait(0)).status).toBe(200)
  })

  it('accepts a base64 HMAC-SHA256 over the raw body with the token text as key', () => {
    expect(sign('secret')).toBe('+eZuF5tnR65UEI+C+K3os8Jddv0wr95sOVgixTAZYWk=')
    expect(sign('secret', '{"a":1}')).toBe('qp4uNXX11wmLbKzNeQiIw21f22M0KnO62i1qUXR6hJQ=')
  })

  it.each(['X-Agent-Id', 'X-Timestamp', 'X-Request-Id', 'X-Agent-Signature', 'Authorization'])(
    'rejects a request without %s',
    async (header) => {
      for (const value of [null, '']) {
        const { status, body } = await wait({ [header]: value })
        expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED'])
        expect(body.request_id).toEqual(expect.any(String))
      }
    },
  )

  it.each<[string, (token: string) => Record<string, string>, string]>([
    ['an unknown agent', () => ({ 'X-Agent-Id': 'default-agent' }), 'INVALID_TOKEN'],
    ['an agent that could be but is not', () => ({ 'X-Agent-Id': 'agt_00000000000000000000000000' }), 'INVALID_TOKEN'],
    ['a bad token', () => ({ Authorization: 'Bearer wrong' }), 'INVALID_TOKEN'],
    ['the token of no scheme', (token) => ({ Authorization: token }), 'UNAUTHENTICATED'],
    ['the token as basic credentials', (token) => ({ Authorization: `Basic ${token}` }), 'UNAUTHENTICATED'],
    [
      'a token signed by itself',
      () => ({ Authorization: 'Bearer x', 'X-Agent-Signature': sign('x') }),
      'INVALID_TOKEN',
    ],
    ['a bad signature', () => ({ 'X-Agent-Signature': sign('x') }), 'INVALID_SIGNATURE'],
    ['a signature that is no base64', () => ({ 'X-Agent-Signature': '!' }), 'INVALID_SIGNATURE'],
    [
      'the signature in hex',
      (token) => ({ 'X-Agent-Signature': Buffer.from(sign(token), 'base64').toString('hex') }),
      'INVALID_SIGNATURE',
    ],
    ['the signature over another body', (token) => ({ 'X-Agent-Signature': sign(token, '{}') }), 'INVALID_SIGNATURE'],
    ['a clock 301 seconds ahead', () => ({ 'X-Timestamp': String(seconds() + 302) }), 'CLOCK_SKEW'],
    ['a clock 301 seconds behind', () => ({ 'X-Timestamp': String(seconds() - 301) }), 'CLOCK_SKEW'],
    ['a time in milliseconds', () => ({ 'X-Timestamp': String(Date.now()) }), 'CLOCK_SKEW'],
    ['a time that is no number', () => ({ 'X-Timestamp': 'now' }), 'CLOCK_SKEW'],
    ['a request id that is too long', () => ({ 'X-Request-Id': 'x'.repeat(129) }), 'UNAUTHENTICATED'],
  ])('rejects %s with 401, JSON and a code, and changes nothing', async (_what, headers, code) => {
    const before = await rowCounts(server)
    const began = seconds()
    const { status, body } = await wait(headers(served.agent.identity.token))
    expect([status, body.code]).toEqual([401, code])
    expect(body).toMatchObject({ error: expect.any(String), message: expect.any(String) })
    expect(JSON.stringify(body)).not.toContain(served.agent.identity.token)
    if (code === 'CLOCK_SKEW') {
      expect(body.server_time!).toBeGreaterThanOrEqual(began)
      expect(body.server_time!).toBeLessThanOrEqual(seconds() + 1)
    }
    expect(await rowCounts(server)).toEqual(before)
  })

  it('accepts a clock skew of less than 300 seconds', async () => {
    expect((await wait({ 'X-Timestamp': String(seconds() - 295) })).status).toBe(200)
    expect((await wait({ 'X-Timestamp': String(seconds() + 295) })).status).toBe(200)
  })

  it('accepts a request ID once per agent, also for twenty concurrent requests', async () => {
    const id = randomUUID()
    expect((await wait({ 'X-Request-Id': id })).status).toBe(200)
    const again = await wait({ 'X-Request-Id': id, 'X-Timestamp': String(seconds() + 1) })
    expect([again.status, again.body.code]).toEqual([401, 'REPLAYED_REQUEST'])
    expect((await wait({ 'X-Request-Id': id }, neighbour.agent)).status).toBe(200)
    const burst = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => wait({ 'X-Request-Id': burst })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(19).fill(401)])
  })

  it('rejects an altered body and does not store the report', async () => {
    const { id, token } = served.agent.identity
    const headers = served.agent.headers('{"command_id":"a"}')
    const { status, body } = await server.rest('POST', '/api/v1/agent/commands/report', {
      body: '{"command_id":"b"}',
      headers: { ...headers, 'content-type': 'application/json' },
    })
    expect([status, (body as Rejection).code]).toEqual([401, 'INVALID_SIGNATURE'])
    expect(server.logLines.join('\n')).not.toContain(token)
    expect(id).toMatch(/^agt_/)
  })

  it("rejects another agent's ID with the own token, and a user's token", async () => {
    expect(await wait({ 'X-Agent-Id': neighbour.agent.identity.id })).toMatchObject({
      status: 401,
      body: { code: 'INVALID_TOKEN' },
    })
    expect(
      await wait({ Authorization: `Bearer ${served.owner}`, 'X-Agent-Signature': sign(served.owner) }),
    ).toMatchObject({
      status: 401,
      body: { code: 'INVALID_TOKEN' },
    })
  })

  it("rejects an agent's token on all other routes", async () => {
    const { token } = served.agent.identity
    const { status, errors } = await server.graphql('{ viewer { user { id } } }', {}, token)
    expect([status, errors?.[0]?.extensions.code]).toEqual([expect.any(Number), 'INVALID_TOKEN'])
    const rest = await server.rest('GET', `/api/v1/deployments/${served.hash}/capabilities`, { token })
    expect(rest.status).toBe(401)
  })

  it("returns the same 404 for another deployment's hash and a missing one, never 403", async () => {
    const strangers = await newDeployment(server)
    const bodies = []
    for (const hash of [strangers.hash, neighbour.hash, 'deployment_nowhere', '..%2f..%2fadmin']) {
      const { status, body } = await served.agent.wait(0, { hash })
      expect(status).toBe(404)
      const { request_id: _id, ...rest } = body as unknown as Rejection
      bodies.push(JSON.stringify(rest))
    }
    expect(new Set(bodies).size).toBe(1)
  })

  it('accepts a base URL with a trailing slash: //api/v1/…', async () => {
    const doubled = new TestAgent(`${server.url}/`, served.agent.identity)
    expect((await doubled.wait(0)).status).toBe(200)
    expect((await doubled.report({ command_id: 'cmd_unknown', status: 'success' })).status).toBe(404)
  })

  it('ignores a trailing slash of a path', async () => {
    const paths = [`/api/v1/agent/commands/wait/${served.hash}/?timeout=0`, `/api/v1/agent/notifications/`]
    const statuses = await Promise.all(
      paths.map(async (path) => (await fetch(`${server.url}${path}`, { headers: served.agent.headers('') })).status),
    )
    expect(statuses).toEqual([200, 200])
    expect((await server.rest('POST', '//api/v1/agent/register/', { body: {} })).status).not.toBe(404)
    expect((await server.rest('GET', '/graphiql/')).status).toBe(200)
  })

  it('returns 503 for internal errors, so that the agent keeps its token', async () => {
    await server.query(`alter table agent rename to agent_away`)
    try {
      expect(await wait({})).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    } finally {
      await server.query(`alter table agent_away rename to agent`)
    }
    expect((await served.agent.wait(0)).status).toBe(200)
  })
})

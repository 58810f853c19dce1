import { randomUUID } from 'node:crypto'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface ErrorBody {
  readonly code: string
  readonly message: string
  readonly field: string
  readonly issues: readonly { path: (string | number)[]; code: string; message: string }[]
}

describe('issues of REST requests', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const issuesOf = async (method: string, path: string, token: string, body?: object) => {
    const response = await server.rest(method, path, { token, body })
    const { code, field, issues } = response.body as ErrorBody
    return { code, field, issues: issues.map((issue) => `${issue.path.join('.')} ${issue.code} ${issue.message}`) }
  }

  it('come together with their paths', async () => {
    const token = await server.token(`${randomUUID()}@example.com`)
    expect(await issuesOf('POST', '/billing/start', token, { user_email: 5, plan: 'plus', price: 1 })).toEqual({
      code: 'BAD_REQUEST',
      field: 'plan_name',
      issues: [
        'plan_name BAD_REQUEST is required',
        'user_email BAD_REQUEST must be a string',
        'plan BAD_REQUEST is unknown',
        'price BAD_REQUEST is unknown',
      ],
    })
    expect(await issuesOf('GET', '/templates?sort=size&limit=0', token)).toMatchObject({
      issues: [expect.stringMatching(/^sort /), expect.stringMatching(/^limit /)],
    })
  })

  it('name an unknown member in the spelling of the request', async () => {
    const token = await server.token(`${randomUUID()}@example.com`)
    for (const name of ['userEmail', 'user_Email', 'IDs', 'a.bC']) {
      const { body } = await server.rest('POST', '/billing/start', { token, body: { [name]: 1 } })
      const { field, issues } = body as ErrorBody
      expect(issues.map((issue) => issue.path)).toContainEqual([name])
      expect(field).toBe(issues[0]!.path.join('.'))
      const unknown = issues.find(({ path }) => path[0] === name)
      expect(unknown!.message).toBe(name.startsWith('user') ? 'is unknown. Did you mean user_email?' : 'is unknown')
    }
  })

  it('name the origin of a page elsewhere once in the log of the sandbox', async () => {
    for (const origin of ['https://shop.example', 'https://shop.example', new URL(server.url).origin])
      await fetch(`${server.url}/health/live`, { headers: { origin } })
    const named = server.logLines.filter((line) => line.includes('browsers refuse the responses'))
    expect([named.length, named[0]]).toEqual([1, expect.stringContaining('https://shop.example')])
  })

  it('are those of a denial, with the names of the route', async () => {
    const vendor = await server.token(`${randomUUID()}@example.com`, { roles: ['vendor'] })
    const template = { slug: `stack-${randomUUID().slice(0, 8)}`, name: 'x', short_description: 'y'.repeat(5_000) }
    expect(await issuesOf('POST', '/templates', vendor, template)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      field: 'short_description',
      issues: [
        expect.stringMatching(/^short_description INVALID_PARAMETERS/),
        expect.stringMatching(/^definition.services INVALID_DEFINITION/),
      ],
    })
  })

  it('are at most 20', async () => {
    const token = await server.token(`${randomUUID()}@example.com`)
    const unknown = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`field_${index}`, 1]))
    const { issues } = await issuesOf('POST', '/billing/start', token, unknown)
    expect(issues).toHaveLength(20)
  })
})

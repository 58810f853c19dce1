import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PREVIEW = `query ($accountId: ID, $resumesAt: DateTime) {
  previewPause(accountId: $accountId, resumesAt: $resumesAt) { paidUntil resumesAt keepsAccess denial { code issues { path } } }
}`

describe('Preview of a pause', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  const preview = async (token: string, variables: Record<string, unknown> = {}) =>
    (await server.graphql<{ previewPause: Record<string, unknown> }>(PREVIEW, variables, token)).data.previewPause

  it('returns what the pause does, and changes nothing', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'pro' })
    const expected = {
      paidUntil: '2026-04-05T09:00:00.000Z',
      resumesAt: '2026-07-04T09:00:00.000Z',
      keepsAccess: false,
    }
    expect(await preview(ann.token)).toEqual({ ...expected, denial: null })
    expect(await preview(ann.token)).toEqual({ ...expected, denial: null })
    await change(server, ann, 'pauseSubscription', { resumesAt: '2026-05-01T09:00:00Z' })
    expect(await preview(ann.token, { resumesAt: '2026-05-01T09:00:00Z' })).toMatchObject({
      resumesAt: '2026-05-01T09:00:00.000Z',
    })
  })

  it('has the denial of the pause, and hides accounts of other users', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'scale' })
    expect(await preview(bob.token)).toMatchObject({ denial: { code: 'INVALID_TRANSITION' } })
    const carl = await subscribe(server, 'carl@example.com', { plan: 'pro' })
    expect(await preview(carl.token, { resumesAt: '2026-07-05T09:00:00Z' })).toEqual({
      paidUntil: null,
      resumesAt: null,
      keepsAccess: null,
      denial: { code: 'INVALID_PARAMETERS', issues: [{ path: ['resumesAt'] }] },
    })
    const other = await server.token('other@example.com')
    expect(await preview(other)).toMatchObject({ denial: { code: 'NO_ACTIVE_SUBSCRIPTION' } })
    const hidden = await server.graphql(PREVIEW, { accountId: bob.accountId }, other)
    expect(hidden).toMatchObject({ data: { previewPause: null } })
  })
})

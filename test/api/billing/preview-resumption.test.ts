import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PREVIEW = `query ($accountId: ID) {
  previewResumption(accountId: $accountId) { dueNow { decimal } nextPaymentAt denial { code } }
}`

describe('Preview of a resumption', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  const preview = async (token: string, variables: Record<string, unknown> = {}) =>
    (await server.graphql<{ previewResumption: Record<string, unknown> }>(PREVIEW, variables, token)).data
      .previewResumption

  it('charges a subscription without access now, and others with their next period', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'pro' })
    expect(await preview(ann.token)).toMatchObject({ denial: { code: 'INVALID_TRANSITION' } })
    await change(server, ann, 'cancelSubscription')
    const free = { dueNow: { decimal: '0.00' }, nextPaymentAt: '2026-04-05T09:00:00.000Z', denial: null }
    expect(await preview(ann.token)).toEqual(free)
    await change(server, ann, 'resumeSubscription')
    await change(server, ann, 'pauseSubscription')
    expect(await preview(ann.token)).toEqual(free)
    await server.advanceTo('2026-04-20T09:00:00Z')
    expect(await preview(ann.token)).toEqual({
      dueNow: { decimal: '20.00' },
      nextPaymentAt: '2026-05-20T09:00:00.000Z',
      denial: null,
    })
  })

  it('requires a subscription, and hides accounts of other users', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'pro' })
    const other = await server.token('other@example.com')
    expect(await preview(other)).toMatchObject({ denial: { code: 'NO_ACTIVE_SUBSCRIPTION' } })
    const hidden = await server.graphql(PREVIEW, { accountId: bob.accountId }, other)
    expect(hidden).toMatchObject({ data: { previewResumption: null } })
  })
})

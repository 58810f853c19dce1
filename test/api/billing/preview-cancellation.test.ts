import { PreviewCancellation } from '@stackgate/client/documents'
import { accountOf, requestedChanges, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
const CANCEL = `mutation {
  cancelSubscription(at: NOW, key: "end") { subscription { status unusedTimeCredit { decimal } } }
}`

// Ann subscribes to Plus for 20 dollars a month on 15 January 2026, 10:00. Half of the period is over on 30 January, 22:00.
describe('Preview of a cancellation', () => {
  let server: TestServer
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer()
    ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await server.advanceTo('2026-01-30T22:00:00Z')
  })
  afterAll(() => server.close())

  const preview = (input: object, token = ann.token) => server.graphql(PreviewCancellation, { ...input }, token)

  it('requires a subscription, and hides accounts of other users', async () => {
    const other = await server.token('other@example.com')
    expect((await preview({}, other)).data.previewCancellation).toMatchObject({
      denial: { code: 'NO_ACTIVE_SUBSCRIPTION' },
    })
    expect(await preview({ accountId: 'person:ann@example.com' }, other)).toMatchObject({
      data: { previewCancellation: null },
    })
    expect((await preview({ at: 'TOMORROW' })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('returns the end of the period without a credit by default', async () => {
    expect((await preview({})).data.previewCancellation).toMatchObject({
      denial: null,
      effectiveAt: '2026-02-15T10:00:00.000Z',
      credit: { decimal: '0.00' },
      lines: [],
      unusedTime: 'CREDIT',
      asRefund: false,
    })
  })

  it('returns the credit that an immediate cancellation grants, and changes nothing', async () => {
    const before = await requestedChanges(server)
    expect((await preview({ at: 'NOW' })).data.previewCancellation).toMatchObject({
      effectiveAt: '2026-01-30T22:00:00.000Z',
      credit: { decimal: '10.00' },
      lines: [{ money: { decimal: '-10.00' } }],
    })
    expect((await accountOf(server, ann)).subscription).toMatchObject({ status: 'ACTIVE', cancelAt: null })
    expect(await requestedChanges(server)).toBe(before)
    expect((await server.graphql(CANCEL, {}, ann.token)).data).toEqual({
      cancelSubscription: { status: 'CANCELED', unusedTimeCredit: { decimal: '10.00' } },
    })
  })
})

import {
  accountOf,
  change,
  previewPlanChange,
  requestedChanges,
  subscribe,
  waitForInvoices,
  type Subscriber,
} from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Ann subscribes to Plus for 20 dollars a month on 15 January 2026, 10:00; Individual costs 40.
describe('Preview of a plan change', () => {
  let server: TestServer
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer()
    ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await server.advanceTo('2026-01-30T22:00:00Z')
  })
  afterAll(() => server.close())

  it('returns the later charge and changes nothing', async () => {
    const before = await requestedChanges(server)
    const preview = await previewPlanChange(server, ann, { plan: 'individual' })
    expect(preview).toMatchObject({
      __typename: 'PlanChangePreview',
      dueNow: { decimal: '10.00' },
      nextAmount: { decimal: '40.00' },
      nextDate: '2026-02-15T10:00:00.000Z',
    })
    expect((await accountOf(server, ann)).subscription).toMatchObject({ plan: { code: 'plus' }, scheduledChange: null })
    expect(await requestedChanges(server)).toBe(before)
    await change(server, ann, 'changePlan', { plan: 'individual' })
    expect(await waitForInvoices(server, ann)).toEqual([1000, 2000])
  })

  it.each([
    ['an unknown plan', { plan: 'gold' }, 'INVALID_PLAN'],
    ['a quantity of zero', { plan: 'basic', quantity: 0 }, 'INVALID_AMOUNT'],
    ['an interval without a price', { plan: 'basic', interval: 'ONE_TIME' }, 'INVALID_PRICE'],
  ])('denies %s', async (_what, input, code) => {
    expect(await previewPlanChange(server, ann, input)).toMatchObject({ __typename: 'Refused', code })
  })

  it('requires a subscription, and hides accounts of other users', async () => {
    const other = { token: await server.token('other@example.com') }
    expect(await previewPlanChange(server, other, { plan: 'basic' })).toMatchObject({ code: 'NO_ACTIVE_SUBSCRIPTION' })
    const foreign = { plan: 'basic', accountId: 'person:ann@example.com' }
    await expect(previewPlanChange(server, other, foreign)).rejects.toThrow('NOT_FOUND')
  })
})

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

  it('states the period after the paid one for a later change of the interval', async () => {
    const year = { plan: 'plus', interval: { unit: 'YEAR', count: 1 }, at: 'PERIOD_END' } as const
    const { effectiveAt, lines } = await previewPlanChange(server, ann, year)
    expect(lines).toMatchObject([{ kind: 'RECURRING', periodStart: effectiveAt }])
    expect(lines[0]!.periodEnd).toBe(effectiveAt.replace('2026', '2027'))
    expect(effectiveAt).toMatch(/^2026-02/)
  })

  it('states that higher terms after lower ones begin a new period, which is charged', async () => {
    const ben = await subscribe(server, 'ben@example.com', { plan: 'plus' })
    expect(await previewPlanChange(server, ben, { plan: 'individual' })).toMatchObject({ beginsPeriod: false })
    expect(await previewPlanChange(server, ben, { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })).toMatchObject({
      beginsPeriod: true,
    })
    expect(await previewPlanChange(server, ben, { plan: 'basic' })).toMatchObject({ beginsPeriod: false })
    expect(await previewPlanChange(server, ben, { plan: 'basic', at: 'NOW' })).toMatchObject({ beginsPeriod: false })
    await change(server, ben, 'changePlan', { plan: 'basic', at: 'NOW' })
    const preview = await previewPlanChange(server, ben, { plan: 'plus' })
    expect(preview).toMatchObject({ beginsPeriod: true, credit: { decimal: '10.00' }, dueNow: { decimal: '0.00' } })
    expect(preview.lines.map(({ money }) => money.decimal)).toEqual(['-10.00', '20.00'])
    const before = (await accountOf(server, ben)).subscription!.currentPeriodEnd
    await server.advanceTo('2026-02-03T22:00:00Z')
    await change(server, ben, 'changePlan', { plan: 'plus' })
    expect(Date.parse((await accountOf(server, ben)).subscription!.currentPeriodEnd)).toBeGreaterThan(
      Date.parse(before),
    )
  })

  it.each([
    ['an unknown plan', { plan: 'gold' }, 'INVALID_PLAN'],
    ['a quantity of zero', { plan: 'basic', quantity: 0 }, 'INVALID_AMOUNT'],
    ['an interval without a price', { plan: 'basic', interval: { unit: 'WEEK', count: 2 } }, 'INVALID_PRICE'],
  ])('denies %s', async (_what, input, code) => {
    expect(await previewPlanChange(server, ann, input)).toMatchObject({ __typename: 'Denial', code })
  })

  it('requires a subscription, and hides accounts of other users', async () => {
    const other = { token: await server.token('other@example.com') }
    expect(await previewPlanChange(server, other, { plan: 'basic' })).toMatchObject({ code: 'NO_ACTIVE_SUBSCRIPTION' })
    const foreign = { plan: 'basic', accountId: 'person:ann@example.com' }
    expect(await previewPlanChange(server, other, foreign)).toBeNull()
  })

  it('has the lines of the amount that is due now alone, also in the last second of a period', async () => {
    const cid = await subscribe(server, 'cid@example.com', { plan: 'plus' })
    const end = Date.parse((await accountOf(server, cid)).subscription!.currentPeriodEnd)
    const targets = [
      { plan: 'individual' },
      { plan: 'basic' },
      { plan: 'plus', quantity: 3 },
      { plan: 'plus', interval: { unit: 'YEAR', count: 1 } },
    ]
    for (const moment of [end - 86_400_000, end - 1000]) {
      await server.advanceTo(new Date(moment).toISOString())
      for (const target of targets) {
        const { dueNow, lines } = await previewPlanChange(server, cid, { ...target, at: 'NOW' })
        const sum = lines.reduce((total, { money }) => total + Math.round(Number(money.decimal) * 100), 0)
        const due = Math.round(Number(dueNow.decimal) * 100)
        expect([moment, target, due]).toEqual([moment, target, Math.max(0, sum)])
      }
    }
  })
})

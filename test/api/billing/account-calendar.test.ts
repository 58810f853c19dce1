import { PendingPlans } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, subscribe } from '#test/support/subscribers.js'

interface Entry {
  kind: string
  at: string
  plan: { code: string } | null
  money: { amountMinor: number; currency: string } | null
}
interface Pending {
  status: string
  missing: string | null
  plan: { code: string }
  quantity: number
  actionUrl: string | null
  expiresAt: string | null
  startsAt: string | null
  checkout: { status: string } | null
}
interface Step {
  kind: string
  at: string
  attempt: number | null
  planned: boolean
}

/** The newest invoice of an account with its steps. */
const invoiceOf = async (server: TestServer, token: string) => {
  const { data } = await server.graphql<{
    account: { billing: { invoices: { nodes: { status: string; paymentUrl: string | null; timeline: Step[] }[] } } }
  }>(
    `{ account { billing { invoices(first: 1) { nodes { status paymentUrl timeline { kind at attempt planned } } } } } }`,
    {},
    token,
  )
  return data.account.billing.invoices.nodes[0]!
}
const brief = (steps: readonly Step[]) =>
  steps.map(
    ({ kind, at, attempt, planned }) => `${at.slice(0, 16)} ${kind} ${attempt ?? '-'}${planned ? ' planned' : ''}`,
  )

describe('Dates of an account', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const read = async (token: string, until: string | null = null) => {
    const { data, errors } = await server.graphql<{
      account: { billing: { calendar: { nodes: Entry[] }; pendingPlans: Pending[] } }
    }>(
      `query ($until: DateTime) { account {
        billing {
          calendar(to: $until) { nodes { kind at plan { code } money { amountMinor currency } feature { code } amount } }
          pendingPlans { status missing plan { code } quantity actionUrl expiresAt startsAt checkout { status } }
        } } }`,
      { until },
      token,
    )
    expect(errors).toBeUndefined()
    const { calendar, pendingPlans } = data.account.billing
    return { calendar: calendar.nodes, pendingPlans }
  }
  const dates = (entries: readonly Entry[]) =>
    entries.map(({ kind, at, plan, money }) => [kind, at, plan?.code ?? null, money?.amountMinor ?? null])

  it('shows a plan that waits for its payment, until the page expires', async () => {
    const buyer = await Buyer.named(server, 'waits@example.com')
    expect(await read(buyer.token)).toEqual({ calendar: [], pendingPlans: [] })
    const page = await buyer.start<{ url: string; expiresAt: string }>('startSubscription', { plan: 'plus' })
    const { calendar, pendingPlans } = await read(buyer.token)
    expect(pendingPlans).toEqual([
      {
        status: 'AWAITING_PAYMENT',
        missing: 'The payment on the page of the provider.',
        plan: { code: 'plus' },
        quantity: 1,
        actionUrl: page.url,
        expiresAt: page.expiresAt,
        startsAt: null,
        checkout: { status: 'OPEN' },
      },
    ])
    expect(dates(calendar)).toEqual([['CHECKOUT_EXPIRES', page.expiresAt, 'plus', null]])
    const stranger = await server.token('stranger@example.com')
    const { data } = await server.graphql(PendingPlans, { account: `person:waits@example.com` }, stranger)
    expect(data.account).toBeNull()
    await server.advanceTo(new Date(Date.parse(page.expiresAt) + 1000).toISOString())
    expect(await read(buyer.token)).toEqual({ calendar: [], pendingPlans: [] })
  })

  it('lists renewal, scheduled change and cancellation in the order of time', async () => {
    const ann = await subscribe(server, 'calendar@example.com', { plan: 'individual' })
    const [renewal] = (await read(ann.token)).calendar
    expect(renewal).toMatchObject({ kind: 'RENEWAL', plan: { code: 'individual' }, money: { currency: 'USD' } })
    expect(renewal!.money!.amountMinor).toBeGreaterThan(0)
    const scheduled = await change(server, ann, 'changePlan', { plan: 'plus', at: 'PERIOD_END' })
    expect(scheduled.__typename).toBe('PlanChangePayload')
    expect(dates((await read(ann.token)).calendar)).toEqual([['PLAN_CHANGE', renewal!.at, 'plus', null]])
    await change(server, ann, 'resumeSubscription')
    const canceled = await change(server, ann, 'cancelSubscription', { at: 'PERIOD_END' })
    expect(dates((await read(ann.token)).calendar)).toEqual([['CANCELLATION', canceled.cancelAt, 'individual', null]])
    expect((await read(ann.token, new Date(Date.parse(renewal!.at) - 1000).toISOString())).calendar).toEqual([])
  })

  it('shows a change that waits for the bank, and the page on which it is confirmed', async () => {
    const bob = await subscribe(server, 'bank@example.com', { plan: 'plus', card: '4000002760003184' })
    const requested = await change(server, bob, 'changePlan', { plan: 'individual', at: 'NOW' })
    expect(requested.actionUrl).not.toBeNull()
    const [pending, ...more] = (await read(bob.token)).pendingPlans
    expect(more).toEqual([])
    expect(pending).toMatchObject({
      status: 'AWAITING_CONFIRMATION',
      plan: { code: 'individual' },
      actionUrl: requested.actionUrl,
      checkout: null,
    })
  })
})

describe('Timeline of an unpaid invoice', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('has each failed attempt, the next one, the end of access, and the payment', async () => {
    const ann = await subscribe(server, 'debt@example.com', { plan: 'plus' })
    const entry = async () =>
      (
        await server.graphql<{ account: { billing: { calendar: { nodes: Entry[] } } } }>(
          `{ account { billing { calendar { nodes { kind at money { amountMinor } } } } } }`,
          {},
          ann.token,
        )
      ).data.account.billing.calendar.nodes
    expect(brief((await invoiceOf(server, ann.token)).timeline)).toEqual([
      '2026-01-15T10:00 CREATED -',
      expect.stringMatching(/^2026-01-15T10:0\d PAID -$/),
    ])
    await server.sandboxControl('POST', 'payments/fail-next', { customer: ann.customerId, times: 2 })
    await server.advanceTo('2026-02-18T12:00:00Z')
    const unpaid = await invoiceOf(server, ann.token)
    expect(unpaid).toMatchObject({ status: 'OPEN', paymentUrl: expect.stringContaining('http') })
    expect(brief(unpaid.timeline)).toEqual([
      '2026-02-15T10:00 CREATED -',
      '2026-02-15T11:00 PAYMENT_FAILED 1',
      '2026-02-18T11:00 PAYMENT_FAILED 2',
      '2026-02-22T11:00 NEXT_ATTEMPT - planned',
      '2026-02-25T11:00 ACCESS_ENDS - planned',
    ])
    expect((await entry()).map(({ kind, at }) => `${at.slice(0, 10)} ${kind}`)).toEqual([
      '2026-02-22 PAYMENT_ATTEMPT',
      '2026-02-25 ACCESS_ENDS',
    ])
    await server.advanceTo('2026-02-22T11:30:00Z')
    const paid = await invoiceOf(server, ann.token)
    expect(paid.status).toBe('PAID')
    expect(brief(paid.timeline)).toEqual([
      '2026-02-15T10:00 CREATED -',
      '2026-02-15T11:00 PAYMENT_FAILED 1',
      '2026-02-18T11:00 PAYMENT_FAILED 2',
      expect.stringMatching(/^2026-02-22T11:\d\d PAID -$/),
    ])
  })

  it('has the end of access while the invoice stays open', async () => {
    const bob = await subscribe(server, 'ended@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: bob.customerId, times: 10 })
    await server.advanceTo('2026-04-02T12:00:00Z')
    const { timeline } = await invoiceOf(server, bob.token)
    expect(timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['PAYMENT_FAILED', 'ACCESS_ENDED']))
    expect(timeline.some(({ kind }) => kind === 'ACCESS_ENDS')).toBe(false)
  })
})

import { CurrentSubscription, Account, ChangePlan } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { askPayPal } from '#test/support/paypal.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { accountIdOf } from '#test/support/accounts.js'
import { templateId } from '#test/support/deployments.js'

interface DenialResult {
  __typename: string
  code: string
  message: string
  remedies: { kind: string; mutation: string | null; url: string | null }[]
}

const DENIAL = `denial { __typename code message remedies { kind mutation url } issues { path } }`

describe('Unsupported actions of PayPal', () => {
  let server: TestServer
  let buyer: Buyer
  beforeAll(async () => {
    server = await startTestServer()
    buyer = await Buyer.named(server, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'basic', provider: 'PAYPAL' })
  })
  afterAll(() => server.close())

  const ask = async (operation: string, token = buyer.token): Promise<DenialResult> => {
    const { data, errors } = await server.graphql<{ answer: DenialResult & { readonly denial?: DenialResult } }>(
      operation,
      {},
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    // That of a preview is a field of the result.
    return data.answer.denial ?? data.answer
  }

  it('lists unsupported actions, with alternatives', async () => {
    const { data } = await server.graphql(Account, {}, buyer.token)
    expect(data.account!.billing).toMatchObject({
      portalAvailable: false,
      supportedActions: ['SCHEDULE_CHANGE', 'CANCEL', 'RESUME'],
      subscription: {
        provider: 'PAYPAL',
        status: 'ACTIVE',
        paymentMethod: { kind: 'PAYPAL', label: 'PayPal', card: null },
      },
    })
    const other = await Buyer.named(server, 'stripe@example.com')
    await other.buy('startSubscription', { plan: 'basic' })
    const byStripe = await server.graphql<{ account: { billing: { supportedActions: string[] } } }>(
      `{ account { billing { supportedActions } } }`,
      {},
      other.token,
    )
    expect(byStripe.data.account.billing.supportedActions).toEqual([
      'CHANGE_IMMEDIATELY',
      'SCHEDULE_CHANGE',
      'PREVIEW_CHANGE',
      'ADDONS',
      'CANCEL',
      'RESUME',
      'PORTAL',
    ])
  })

  it.each([
    ['a portal', `mutation { answer: openBillingPortal { ${DENIAL} } }`, 'CONTINUE_CHECKOUT'],
    ['a preview', `{ answer: previewPlanChange(input: { plan: "plus" }) { ${DENIAL} } }`, 'CHANGE_PLAN'],
    [
      'another plan at once',
      `mutation { answer: changePlan(input: { plan: "plus", at: NOW }, key: "now") { ${DENIAL} } }`,
      'CHANGE_PLAN',
    ],
    [
      'a promotion code',
      `mutation { answer: startSubscription(input: { plan: "plus", provider: PAYPAL, promotionCode: "SPRING" }, key: "code") { ${DENIAL} } }`,
      'CONTINUE_CHECKOUT',
    ],
  ])('denies %s with a specific code and an alternative', async (what, operation, kind) => {
    const token = what === 'a promotion code' ? await server.token('coupon@example.com') : buyer.token
    // Workers still read purchases. No change is requested.
    const calls = async () =>
      (await server.sandboxControl<{ calls: { method: string }[] }>('GET', 'calls')).calls.filter(
        ({ method }) => method === 'POST',
      ).length
    const before = await calls()
    const answer = await ask(operation, token)
    expect(answer).toMatchObject({ __typename: 'Denial', code: 'NOT_SUPPORTED_BY_PROVIDER', remedies: [{ kind }] })
    expect(answer.message).toMatch(/^PAYPAL /)
    expect(await calls()).toBe(before)
  })

  it('denies operators a later end of a trial', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const accountId = await accountIdOf(server, buyer.token)
    const given = `accountId: "${accountId}", trialEndsAt: "2026-02-01T00:00:00Z"`
    for (const operation of [
      `mutation { answer: extendTrial(${given}, reason: "x", key: "trial") { ${DENIAL} } }`,
      `query { answer: previewTrialExtension(${given}) { ${DENIAL} } }`,
    ])
      expect(await ask(operation, operator)).toMatchObject({
        code: 'NOT_SUPPORTED_BY_PROVIDER',
        message: expect.stringMatching(/^PAYPAL has trials of a fixed length/),
        remedies: [{ mutation: 'setTerms' }],
      })
  })

  it.each([
    ['KWD', 1_250, 'three decimals', []],
    ['HUF', 100_050, 'a fraction of what it takes whole', [{ status: 'FAILED' }]],
    ['ISK', 1_000, 'a currency that it does not know', []],
  ])(
    '%s %i minor units (%s): is denied, leaves nothing open, and sells in another currency',
    async (currency, amountMinor, _what, checkouts) => {
      const operator = await server.token('operator@example.com', { roles: ['admin'] })
      const template = await templateId(server, 'static-site')
      for (const price of [
        { currency, amountMinor },
        { currency: 'USD', amountMinor: 3000 },
      ])
        await setTemplatePrice(server, operator, template, { interval: null, ...price })
      const rich = await Buyer.named(server, `${currency.toLowerCase()}@example.com`)
      const refused = await rich.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL', currency })
      expect(refused).toMatchObject({ __typename: 'Denial', code: expect.stringMatching(/^[A-Z_]+$/) as string })
      expect(
        await server.query(
          `select status from checkout c join account a on a.id = c.account_id where a.external_id = $1`,
          [rich.email],
        ),
      ).toEqual(checkouts)
      await rich.buy('purchaseTemplate', { templateId: template, provider: 'PAYPAL', currency: 'USD' })
      expect((await rich.account()).purchases.nodes).toMatchObject([{ status: 'PAID', money: { amountMinor: 3000 } }])
    },
  )

  it('applies an upgrade without a time after the next period, approval and payment; the old plan applies until then', async () => {
    const { data } = await server.graphql(ChangePlan, { input: { plan: 'plus' }, key: 'up' }, buyer.token)
    expect(data.changePlan).toMatchObject({
      actionUrl: expect.stringContaining('/paypal/'),
      effectiveAt: '2026-02-15T10:00:00.000Z',
    })
    // Only one change can be open. A subscriber who decides against it leaves the page, and the change expires after
    // three hours.
    expect(
      await ask(`mutation { answer: changePlan(input: { plan: "individual" }, key: "up2") { ${DENIAL} } }`),
    ).toMatchObject({ code: 'SUBSCRIPTION_CONFLICT', remedies: [{ kind: 'CONTINUE_CHECKOUT' }] })
    await server.advanceTo('2026-01-15T14:00:00Z')
    const changes = () =>
      server.query<{ status: string; failure_reason: string }>(
        `select status, failure_reason from subscription_change order by id`,
      )
    expect(await changes()).toMatchObject([{ status: 'FAILED', failure_reason: 'not confirmed in time' }])

    // Approved there all the same, later: PayPal bills it from the next period on, and so long the paid terms hold.
    const [row] = await server.query<{ external_id: string }>(
      `select external_id from billing_subscription where provider = 'PAYPAL'`,
    )
    await buyer.pay(row!.external_id)
    await eventually(
      () =>
        server.query(`select 1 from inbox_event where type = 'BILLING.SUBSCRIPTION.UPDATED' and state = 'PROCESSED'`),
      (rows) => rows.length > 0,
    )
    expect((await buyer.account()).plan.plan.code).toBe('basic')
    await server.advanceTo('2026-02-16T00:00:00Z')
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 2)
    expect(records.plan.plan.code).toBe('plus')
    expect(records.purchases.nodes.map(({ money }) => money.amountMinor)).toEqual([2000, 1000])
  })

  it('keeps the plan until the period ends when the payer cancels at PayPal', async () => {
    const [row] = await server.query<{ external_id: string }>(
      `select external_id from billing_subscription where provider = 'PAYPAL'`,
    )
    const response = await server.app.context.providers.PAYPAL!.endSubscription({
      externalId: row!.external_id,
      at: 'NOW',
      reason: 'as the payer would, in the account',
      idempotencyKey: 'there',
    })
    expect(response).toBeUndefined()
    await eventually(
      () =>
        server.query<{ cancel_at: Date | null }>(
          `select cancel_at from billing_subscription where provider = 'PAYPAL'`,
        ),
      ([seen]) => seen!.cancel_at !== null,
    )
    expect((await buyer.account()).plan.plan.code).toBe('plus')
    // PayPal knows no way back.
    expect(await ask(`mutation { answer: resumeSubscription(key: "back") { ${DENIAL} } }`)).toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
    })
    await server.advanceTo('2026-03-15T09:59:59Z')
    expect((await buyer.account()).plan.plan.code).toBe('plus')
    await server.advanceTo('2026-03-15T10:00:00Z')
    expect((await buyer.account()).plan.plan.code).toBe('free')
  })

  it('charges nothing after a cancellation, even if the server is down when the period ends', async () => {
    const away = await Buyer.named(server, 'away@example.com')
    await away.buy('startSubscription', { plan: 'basic', provider: 'PAYPAL' })
    await server.graphql(`mutation { cancelSubscription(key: "end") { denial { code } } }`, {}, away.token)
    await suspendedThere(away, 1)
    expect((await away.account()).plan.plan.code).toBe('basic')
    // After the cancellation is withdrawn it is charged again. After a second cancellation it is not.
    await server.graphql(`mutation { resumeSubscription(key: "back") { denial { code } } }`, {}, away.token)
    await suspendedThere(away, 0)
    await server.graphql(`mutation { cancelSubscription(key: "end2") { denial { code } } }`, {}, away.token)
    await suspendedThere(away, 1)
    await server.query(
      `update scheduled_job set run_at = '2026-04-18T00:00:00Z' where kind = 'subscription.push_change'`,
    )
    await server.advanceTo('2026-04-19T00:00:00Z')
    const records = await away.buyerWhen(({ plan }) => plan.plan.code === 'free')
    expect(records.purchases.nodes.map(({ status }) => status)).toEqual(['PAID'])
  })

  /** Waits until PayPal has so many of the buyer's subscriptions suspended. */
  const suspendedThere = (buyerThere: Buyer, count: number) =>
    eventually(
      async () => {
        const [row] = await server.query<{ external_id: string }>(
          `select s.external_id from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
          [buyerThere.email],
        )
        const subscription = await server.app.context.providers.PAYPAL!.fetchSubscription(row!.external_id)
        return subscription?.status === 'PAUSED' ? 1 : 0
      },
      (seen) => seen === count,
    )

  it('refunds a period that was charged because the end was sent too late', async () => {
    const late = await Buyer.named(server, 'missed@example.com')
    await late.buy('startSubscription', { plan: 'basic', provider: 'PAYPAL' })
    // The provider continues to charge, and the webhook of the charge arrives after the end of the subscription.
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/paypal/v1/billing/subscriptions' },
      action: '500',
    })
    await server.sandboxControl('POST', 'faults', {
      match: { event: 'PAYMENT.SALE.COMPLETED' },
      action: 'webhook_drop',
    })
    await server.graphql(`mutation { cancelSubscription(key: "end") { denial { code } } }`, {}, late.token)
    // Simulates downtime at that hour: the request to the provider waits until after the next payment.
    await server.query(
      `update scheduled_job set run_at = '2026-06-01T00:00:00Z' where kind = 'subscription.push_change'`,
    )
    await server.query(`delete from scheduled_job where kind = 'subscription.stop_charging'`)
    await server.advanceTo('2026-05-31T00:00:00Z')
    await server.sandboxControl('DELETE', 'faults')
    await server.advanceTo('2026-06-01T12:00:00Z')
    const records = await late.buyerWhen(({ purchases }) => purchases.nodes.some(({ status }) => status === 'REFUNDED'))
    expect(records.plan.plan.code).toBe('free')
    expect(records.purchases.nodes.map(({ status }) => status)).toEqual(['REFUNDED', 'PAID'])
  })

  it('suspends and resumes with the subscription at PayPal, and can cancel a suspended one', async () => {
    const paused = await Buyer.named(server, 'paused@example.com')
    await paused.buy('startSubscription', { plan: 'basic', provider: 'PAYPAL' })
    const [row] = await server.query<{ external_id: string }>(
      `select s.external_id from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
      [paused.email],
    )
    const { now } = await server.sandboxControl<{ now: string }>('GET', 'clock')
    const after = (days: number) => new Date(Date.parse(now) + days * 86_400_000).toISOString()
    const statusOf = async () =>
      (await server.graphql(CurrentSubscription, {}, paused.token)).data.account!.billing!.subscription?.status ?? null
    const askFor = async (mutation: string, input: string) =>
      ask(`mutation { answer: ${mutation}(${input}) { ${DENIAL} } }`, paused.token)
    const suspend = () => inDashboard(server, `/v1/billing/subscriptions/${row!.external_id}/suspend`)

    const isPaused = async () =>
      (await server.graphql(CurrentSubscription, {}, paused.token)).data.account!.billing!.subscription?.pause?.resumed

    await suspend()
    await eventually(isPaused, (resumed) => resumed === false)
    // The paid period keeps its access.
    expect([await statusOf(), (await paused.account()).plan.plan.code]).toEqual(['ACTIVE', 'basic'])
    await server.advanceTo(after(40))
    await eventually(statusOf, (status) => status === 'PAUSED')
    await paused.buyerWhen(({ plan }) => plan.plan.code === 'free')
    expect((await paused.account()).purchases.totalCount).toBe(1)
    expect(await askFor('resumeSubscription', 'key: "go-on"')).toMatchObject({
      __typename: 'BillingSubscription',
    })
    await eventually(isPaused, (resumed) => resumed === true)
    expect((await paused.account()).plan.plan.code).toBe('free')
    await server.advanceTo(after(80))
    await paused.buyerWhen(({ purchases, plan }) => purchases.totalCount >= 2 && plan.plan.code === 'basic')
    expect([await statusOf(), await isPaused()]).toEqual(['ACTIVE', undefined])

    await suspend()
    await eventually(isPaused, (resumed) => resumed === false)
    expect(await askFor('cancelSubscription', 'at: NOW, key: "leave"')).toMatchObject({
      __typename: 'BillingSubscription',
    })
    await eventually(statusOf, (status) => status === null)
    expect((await paused.account()).plan.plan.code).toBe('free')
  })
})

/** An action of the seller on PayPal's own pages. */
const inDashboard = (server: TestServer, path: string): Promise<unknown> =>
  askPayPal(server.sandbox.url, 'POST', path, { reason: 'asked for by the seller' })

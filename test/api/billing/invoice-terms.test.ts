import {
  CancelSubscription,
  ChangePlan,
  RecordInvoicePayment,
  RefundPurchase,
  SetChargingTerms,
  UpdateBillingDetails,
} from '@stackgate/client/documents'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { variablesOf } from '#test/support/mutations.js'
import { stripeCall, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

/** A checkout, or a denial. */
interface Started {
  readonly id: string
  readonly status: string
  readonly url: string
  readonly paymentUrl: string | null
  readonly providerReference: string
  readonly code: string
}

interface Subscription {
  readonly status: string
  readonly plan: { readonly code: string }
  readonly daysUntilDue: number | null
  readonly graceEndsAt: string | null
}

interface InvoiceView {
  readonly id: string
  readonly status: string
  readonly dueAt: string | null
  readonly paymentUrl: string | null
  readonly amountDue: { readonly decimal: string }
  readonly timeline: readonly { readonly kind: string; readonly planned: boolean }[]
}

interface Billing {
  readonly pendingPlans: readonly { readonly status: string; readonly actionUrl: string | null }[]
  readonly subscription: Subscription | null
  readonly invoices: { readonly nodes: readonly InvoiceView[] }
  readonly purchases: {
    readonly nodes: readonly { readonly status: string; readonly money: { readonly decimal: string } }[]
  }
}

const BILLING = `{ account { plan { plan { code } } billing {
  pendingPlans { status actionUrl }
  subscription { status plan { code } daysUntilDue graceEndsAt }
  invoices { nodes { id status dueAt paymentUrl amountDue { decimal } timeline { kind planned } } }
  purchases { nodes { status money { decimal } } }
} } }`

const DAY = 86_400_000

describe('Plans that are paid by invoice', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  let serial = 0
  const buyerWith = async (terms: { daysUntilDue: number | null; access?: string } | null) => {
    const email = `terms${++serial}@example.com`
    const token = await server.token(email)
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const accountId = data.account.id
    if (terms) await setTerms(accountId, terms)
    return { email, token, accountId }
  }
  const setTerms = async (
    accountId: string,
    { access, reason = 'Contract 12', ...terms }: { daysUntilDue: number | null; access?: string; reason?: string },
  ) => {
    const input = { accountId, reason, ...terms, ...(access && { invoiceAccess: access }) }
    const { data } = await server.graphql(SetChargingTerms, { input } as never, operator)
    return data.setChargingTerms
  }
  const start = async (token: string, input: object = {}) => {
    const { data } = await server.graphql<{ startSubscription: Started }>(
      `mutation ($input: StartSubscriptionInput!, $key: String!) { startSubscription(input: $input, key: $key) {
        checkout { id status url paymentUrl providerReference } denial { code message remedies { kind url } } } }`,
      variablesOf('startSubscription', { provider: 'STRIPE', plan: 'plus', key: `terms-${++serial}`, ...input }),
      token,
    )
    return data.startSubscription
  }
  const account = async (token: string) =>
    (await server.graphql<{ account: { plan: { plan: { code: string } }; billing: Billing } }>(BILLING, {}, token)).data
      .account
  const now = () => server.app.context.clock.now()
  const atStripe = async <Found>(path: string): Promise<Found> => {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    return (await response.json()) as Found
  }
  const billing = async (token: string) => (await account(token)).billing
  const planOf = async (token: string) => (await account(token)).plan.plan.code
  const until = (token: string, is: (found: Awaited<ReturnType<typeof account>>) => boolean) =>
    eventually(() => account(token), is)
  const advanceDays = async (days: number) => server.advanceTo(new Date(now().getTime() + days * DAY).toISOString())
  const payOnPage = async ({ paymentUrl }: InvoiceView) => {
    const response = await fetch(paymentUrl!, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ada' }),
    })
    expect(response.status).toBe(303)
  }

  it('gives the plan from the start, sends the invoice, and is paid on its page', async () => {
    const buyer = await buyerWith({ daysUntilDue: 30 })
    const checkout = await start(buyer.token)
    expect(checkout).toMatchObject({ status: 'COMPLETED' })
    expect(checkout.url).toContain(checkout.providerReference)
    expect(checkout.paymentUrl).toMatch(/\/i\/in_/)
    const { subscription, invoices } = await billing(buyer.token)
    expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'plus' }, daysUntilDue: 30 })
    expect(await planOf(buyer.token)).toBe('plus')
    const [invoice] = invoices.nodes
    expect(invoice).toMatchObject({ status: 'OPEN', amountDue: { decimal: '20.00' } })
    expect(new Date(invoice!.dueAt!).getTime() - now().getTime()).toBeGreaterThan(29 * DAY)
    expect(invoice!.timeline).toEqual([
      { kind: 'CREATED', planned: false },
      { kind: 'DUE', planned: true },
    ])

    await payOnPage(invoice!)
    const paid = await until(buyer.token, (found) => found.billing.invoices.nodes[0]!.status === 'PAID')
    expect(paid.billing.purchases.nodes).toEqual([{ status: 'PAID', money: { decimal: '20.00' } }])
  })

  it('starts one subscription for a repeated key and for a lost response', async () => {
    const buyer = await buyerWith({ daysUntilDue: 14 })
    await server.sandboxControl('POST', 'faults', {
      match: { path: '/v1/subscriptions', method: 'POST' },
      action: 'drop_after',
      times: 1,
    })
    const first = await start(buyer.token, { key: 'one-key' })
    const again = await start(buyer.token, { key: 'one-key' })
    expect(again.id).toBe(first.id)
    const customers = await server.query<{ customer_id: string }>(
      'select customer_id from billing_customer where account_id = $1',
      [buyer.accountId],
    )
    const { data } = await atStripe<{ data: object[] }>(
      `subscriptions?customer=${customers[0]!.customer_id}&status=all`,
    )
    expect(data).toHaveLength(1)
  })

  it('gives the plan with the payment, if the terms say so', async () => {
    const buyer = await buyerWith({ daysUntilDue: 10, access: 'FROM_PAYMENT' })
    const checkout = await start(buyer.token)
    expect(checkout).toMatchObject({ status: 'PROCESSING' })
    const waiting = await until(buyer.token, (found) => found.billing.invoices.nodes.length === 1)
    expect(waiting.plan.plan.code).toBe('free')
    expect(waiting.billing.subscription).toMatchObject({ status: 'INCOMPLETE' })
    expect(await start(buyer.token)).toMatchObject({
      code: 'CHECKOUT_CONFLICT',
      remedies: [{ kind: 'PAY_INVOICE', url: waiting.billing.invoices.nodes[0]!.paymentUrl }],
    })
    expect(waiting.billing.pendingPlans).toEqual([
      { status: 'AWAITING_PAYMENT', actionUrl: waiting.billing.invoices.nodes[0]!.paymentUrl },
    ])

    const { data } = await server.graphql(
      RecordInvoicePayment,
      { invoiceId: waiting.billing.invoices.nodes[0]!.id, reason: 'Transfer 4711' },
      operator,
    )
    expect(data.recordInvoicePayment).toMatchObject({ status: 'PAID', amountDue: { decimal: '0.00' } })
    const given = await until(buyer.token, (found) => found.plan.plan.code === 'plus')
    expect(given.billing.subscription).toMatchObject({ status: 'ACTIVE' })
    expect(given.billing.purchases.nodes).toHaveLength(1)
    await eventually(
      () => server.query<{ status: string }>('select status from checkout where id = $1', [checkout.id]),
      ([row]) => row?.status === 'COMPLETED',
    )
    const entries = await server.query(
      `select details ->> 'reason' as reason from audit_entry where action = 'invoice.payment_recorded' and account_id = $1`,
      [buyer.accountId],
    )
    expect(entries).toEqual([{ reason: 'Transfer 4711' }])
  })

  it('audits a recorded payment once, also if its response is lost', async () => {
    const buyer = await buyerWith({ daysUntilDue: 10 })
    await start(buyer.token)
    const { invoices } = await billing(buyer.token)
    const [stored] = await server.query<{ external_id: string }>(
      'select external_id from invoice where account_id = $1',
      [buyer.accountId],
    )
    await server.sandboxControl('POST', 'faults', {
      match: { path: `/v1/invoices/${stored!.external_id}/pay`, method: 'POST' },
      action: 'drop_after',
      times: 4,
    })
    const record = () =>
      server.graphql(RecordInvoicePayment, { invoiceId: invoices.nodes[0]!.id, reason: 'Transfer 4712' }, operator)
    expect((await record()).data.recordInvoicePayment).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    await server.sandboxControl('DELETE', 'faults')
    await until(buyer.token, (found) => found.billing.invoices.nodes[0]!.status === 'PAID')
    expect((await record()).data.recordInvoicePayment).toMatchObject({ status: 'PAID' })
    const entries = await server.query(
      `select actor, details from audit_entry where action = 'invoice.payment_recorded' and account_id = $1`,
      [buyer.accountId],
    )
    expect(entries).toEqual([
      {
        actor: expect.stringMatching(/^usr_/),
        details: { number: expect.any(String), currency: 'USD', amountMinor: 2000, reason: 'Transfer 4712' },
      },
    ])
  })

  it('follows dunning when an invoice is overdue, and ends with its payment', async () => {
    const buyer = await buyerWith({ daysUntilDue: 5 })
    await start(buyer.token)
    await advanceDays(6)
    // The subscription and the invoice follow by events of their own.
    const overdue = await until(
      buyer.token,
      ({ billing: { subscription, invoices } }) =>
        subscription!.status === 'PAST_DUE' && invoices.nodes[0]!.timeline.some(({ kind }) => kind === 'OVERDUE'),
    )
    expect(overdue.plan.plan.code).toBe('plus')
    expect(overdue.billing.subscription!.graceEndsAt).not.toBeNull()
    const notices = await server.query('select kind from billing_notice where account_id = $1', [buyer.accountId])
    expect(notices).toEqual([{ kind: 'PAYMENT_FAILED' }])
    await advanceDays(15)
    await until(buyer.token, (found) => found.plan.plan.code === 'free')
    await payOnPage(overdue.billing.invoices.nodes[0]!)
    const back = await until(buyer.token, (found) => found.plan.plan.code === 'plus')
    expect(back.billing.subscription!.status).toBe('ACTIVE')
  })

  it('waits for the first of several unpaid invoices', async () => {
    const buyer = await buyerWith({ daysUntilDue: 45, access: 'FROM_PAYMENT' })
    await start(buyer.token)
    // A renewal is billed before the first invoice is due.
    await advanceDays(32)
    const waiting = await until(buyer.token, (found) => found.billing.invoices.nodes.length === 2)
    expect([waiting.plan.plan.code, waiting.billing.subscription!.status]).toEqual(['free', 'INCOMPLETE'])
    await payOnPage(waiting.billing.invoices.nodes[1]!)
    await until(buyer.token, (found) => found.plan.plan.code === 'plus')
    await advanceDays(50)
    const overdue = await until(buyer.token, (found) => found.billing.subscription!.status === 'PAST_DUE')
    const [, second] = overdue.billing.invoices.nodes
    await until(buyer.token, (found) =>
      found.billing.invoices.nodes[1]!.timeline.some(({ kind }) => kind === 'OVERDUE'),
    )
    await payOnPage(second!)
    await until(buyer.token, (found) => found.billing.subscription!.status === 'ACTIVE')
  })

  it('ends what was not paid until the grace period after the due date', async () => {
    const buyer = await buyerWith({ daysUntilDue: 3, access: 'FROM_PAYMENT' })
    const { id } = await start(buyer.token)
    await advanceDays(4)
    expect((await billing(buyer.token)).subscription).toMatchObject({ status: 'INCOMPLETE' })
    await advanceDays(12)
    await eventually(
      () =>
        server.query<{ status: string; status_reason: string }>(
          'select status, status_reason from checkout where id = $1',
          [id],
        ),
      ([row]) => row?.status === 'FAILED' && row.status_reason === 'the first invoice was not paid',
    )
    expect((await billing(buyer.token)).invoices.nodes).toMatchObject([{ status: 'VOID' }])
    expect(await start(buyer.token)).toMatchObject({ status: 'PROCESSING' })
  })

  it('switches a running subscription, changes its plan without a payment, and switches back', async () => {
    const buyer = await subscribe(server, 'switched@example.com', { plan: 'basic', quantity: 1 })
    await setTerms(buyer.accountId, { daysUntilDue: 30 })
    expect((await billing(buyer.token)).subscription).toMatchObject({ daysUntilDue: 30 })
    const { data } = await server.graphql(
      ChangePlan,
      { input: { plan: 'plus', at: 'NOW' }, key: `terms-${++serial}` },
      buyer.token,
    )
    expect(data.changePlan).toMatchObject({ actionUrl: null, subscription: { status: 'ACTIVE' } })
    await until(
      buyer.token,
      ({ plan, billing: { invoices } }) =>
        plan.plan.code === 'plus' && invoices.nodes.filter(({ status }) => status === 'OPEN').length === 1,
    )
    const { collection_method: method } = await atStripe<{ collection_method: string }>(
      `subscriptions/${buyer.externalId}`,
    )
    expect(method).toBe('send_invoice')
    await setTerms(buyer.accountId, { daysUntilDue: null })
    expect((await billing(buyer.token)).subscription).toMatchObject({ daysUntilDue: null })
  })

  it('gives no credit for an increase that is not paid', async () => {
    const change = async (token: string, plan: string) => {
      const { data } = await server.graphql(ChangePlan, { input: { plan, at: 'NOW' }, key: `terms-${++serial}` }, token)
      return data.changePlan
    }
    const paidBuyer = async () => {
      const buyer = await buyerWith({ daysUntilDue: 30 })
      await start(buyer.token)
      await payOnPage((await billing(buyer.token)).invoices.nodes[0]!)
      await until(buyer.token, ({ billing: { purchases } }) => purchases.nodes.length === 1)
      expect(await change(buyer.token, 'individual')).toMatchObject({ subscription: { plan: { code: 'individual' } } })
      return buyer
    }
    const lowered = await paidBuyer()
    expect(await change(lowered.token, 'plus')).toMatchObject({
      subscription: { plan: { code: 'plus' } },
      credit: null,
    })

    const ended = await paidBuyer()
    await advanceDays(15)
    await server.graphql(CancelSubscription, { at: 'NOW', key: `terms-${++serial}` }, ended.token)
    const [cancellation] = await server.query<{ credited: number }>(
      `select credited_minor::int as credited from subscription_change where account_id = $1 and kind = 'CANCEL'`,
      [ended.accountId],
    )
    // About half of 20.00 that was paid, and nothing for 20.00 that was not.
    expect(cancellation!.credited).toBeGreaterThan(900)
    expect(cancellation!.credited).toBeLessThan(1_100)
  })

  it('takes a payment that two operators record at once', async () => {
    const buyer = await buyerWith({ daysUntilDue: 30 })
    await start(buyer.token)
    const { id: invoiceId } = (await billing(buyer.token)).invoices.nodes[0]!
    const recorded = await Promise.all(
      [1, 2, 3].map(() => server.graphql(RecordInvoicePayment, { invoiceId, reason: 'Transfer 4713' }, operator)),
    )
    for (const { data } of recorded) expect(data.recordInvoicePayment).toMatchObject({ status: 'PAID' })
    const [purchase] = await server.query<{ id: string }>('select id from purchase where account_id = $1', [
      buyer.accountId,
    ])
    const { data } = await server.graphql(
      RefundPurchase,
      { id: purchase!.id, reason: 'Mistake', key: `terms-${++serial}` },
      operator,
    )
    expect(data.refundPurchase).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('outside the payment provider'),
    })
  })

  it('notifies of an invoice that is overdue after the terms ended', async () => {
    const buyer = await buyerWith({ daysUntilDue: 5 })
    await start(buyer.token)
    await setTerms(buyer.accountId, { daysUntilDue: null })
    await advanceDays(6)
    const overdue = await until(buyer.token, (found) => found.billing.subscription!.status === 'PAST_DUE')
    expect(overdue.plan.plan.code).toBe('plus')
    expect(overdue.billing.invoices.nodes[0]!.timeline.map(({ kind }) => kind)).toContain('OVERDUE')
  })

  it('ends an unpaid subscription by its cancellation, so that another can be started', async () => {
    const buyer = await buyerWith({ daysUntilDue: 10, access: 'FROM_PAYMENT' })
    await start(buyer.token)
    await eventually(
      () =>
        server.query<{ id: string }>('select id from billing_subscription where account_id = $1', [buyer.accountId]),
      (rows) => rows.length === 1,
    )
    const { data } = await server.graphql(CancelSubscription, { at: 'NOW', key: `terms-${++serial}` }, buyer.token)
    expect(data.cancelSubscription).not.toHaveProperty('code')
    await eventually(
      () => server.query<{ status: string }>('select status from checkout where account_id = $1', [buyer.accountId]),
      ([checkout]) => checkout?.status === 'FAILED',
    )
    await setTerms(buyer.accountId, { daysUntilDue: null })
    expect(await start(buyer.token)).toMatchObject({ status: 'OPEN' })
  })

  it('denies the payment of an invoice that was voided at the provider', async () => {
    const buyer = await buyerWith({ daysUntilDue: 10 })
    await start(buyer.token)
    const [invoice] = await server.query<{ id: string; external_id: string }>(
      'select id, external_id from invoice where account_id = $1',
      [buyer.accountId],
    )
    await stripeCall(server, 'POST', `invoices/${invoice!.external_id}/void`, {})
    const { data } = await server.graphql(
      RecordInvoicePayment,
      { invoiceId: invoice!.id, reason: 'Transfer 4712' },
      operator,
    )
    // The event of the provider can have arrived before.
    expect(['PROVIDER_UNAVAILABLE', 'INVALID_PARAMETERS']).toContain(
      (data.recordInvoicePayment as { code?: string }).code,
    )
  })

  it.each(['void', 'mark_uncollectible'])(
    'ends a subscription whose first invoice is closed without a payment: %s',
    async (how) => {
      const buyer = await buyerWith({ daysUntilDue: 10, access: 'FROM_PAYMENT' })
      const { id } = await start(buyer.token)
      const [invoice] = await server.query<{ external_id: string }>(
        'select external_id from invoice where account_id = $1',
        [buyer.accountId],
      )
      await stripeCall(server, 'POST', `invoices/${invoice!.external_id}/${how}`, {})
      await eventually(
        () => server.query<{ status: string }>('select status from checkout where id = $1', [id]),
        ([row]) => row?.status === 'FAILED',
      )
      await until(buyer.token, (found) => found.billing.subscription === null)
      await advanceDays(32)
      const { invoices } = await billing(buyer.token)
      expect(invoices.nodes).toHaveLength(1)
      expect(await start(buyer.token)).toMatchObject({ status: 'PROCESSING' })
    },
  )

  it('shows the purchase order on invoices', async () => {
    const buyer = await buyerWith({ daysUntilDue: 30 })
    await start(buyer.token)
    const { data } = await server.graphql(
      UpdateBillingDetails,
      { input: { purchaseOrder: ' PO-2026-17 ' } },
      buyer.token,
    )
    expect(data.updateBillingDetails).not.toHaveProperty('code')
    await advanceDays(32)
    const { invoices } = await eventually(
      () => billing(buyer.token),
      (found) => found.invoices.nodes.length === 2 && found.invoices.nodes[0]!.paymentUrl !== null,
    )
    const page = await (await fetch(invoices.nodes[0]!.paymentUrl!)).text()
    expect(page).toContain('Purchase order: PO-2026-17')
  })

  it('leaves a buyer who pays by PayPal on its page', async () => {
    const buyer = await buyerWith({ daysUntilDue: 30 })
    const checkout = await start(buyer.token, { provider: 'PAYPAL' })
    expect(checkout).toMatchObject({ status: 'OPEN', url: expect.stringContaining('http') })
    const [row] = await server.query('select invoice_terms from checkout where id = $1', [checkout.id])
    expect(row).toEqual({ invoice_terms: null })
    expect(await planOf(buyer.token)).toBe('free')
  })

  it('refuses terms that no provider can keep', async () => {
    const buyer = await buyerWith(null)
    expect(await setTerms(buyer.accountId, { daysUntilDue: 0 })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    for (const reason of ['', '  '])
      expect(await setTerms(buyer.accountId, { daysUntilDue: 30, reason })).toMatchObject({
        code: 'INVALID_PARAMETERS',
      })
    const { errors } = await server.graphql(
      SetChargingTerms,
      { accountId: buyer.accountId, daysUntilDue: 30, reason: 'mine' } as never,
      buyer.token,
    )
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})

describe('A trial that is paid by invoice', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { CATALOG: 'catalogs/agileforge.yaml' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it.each(['FROM_START', 'FROM_PAYMENT'] as const)('gives the plan after the trial %s', async (access) => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const token = await server.token(`trial-${access.toLowerCase()}@example.com`)
    const read = async () =>
      (
        await server.graphql<{ account: { id: string; plan: { plan: { code: string } }; billing: Billing } }>(
          BILLING.replace('{ account {', '{ account { id'),
          {},
          token,
        )
      ).data.account
    const state = async () => {
      const { plan, billing } = await read()
      return [plan.plan.code, billing.subscription?.status]
    }
    const advanceDays = async (days: number) => {
      await server.advanceTo(new Date(server.app.context.clock.now().getTime() + days * DAY).toISOString())
      await untilQuiet(server)
    }
    const pay = async () => {
      const [open] = (await read()).billing.invoices.nodes.filter(({ status }) => status === 'OPEN')
      await server.graphql(RecordInvoicePayment, { invoiceId: open!.id, reason: 'Transfer' }, operator)
      await untilQuiet(server)
    }
    await server.graphql(
      SetChargingTerms,
      { input: { accountId: (await read()).id, daysUntilDue: 10, invoiceAccess: access, reason: 'Contract' } },
      operator,
    )
    await server.graphql(
      `mutation ($input: StartSubscriptionInput!, $key: String!) { startSubscription(input: $input, key: $key) { checkout { id } denial { code } } }`,
      variablesOf('startSubscription', { provider: 'STRIPE', plan: 'professional', key: `trial-${access}` }),
      token,
    )
    await untilQuiet(server)
    expect(await state()).toEqual(['professional', 'TRIALING'])
    // The trial has ended, and the invoice is a draft at first.
    await advanceDays(14.02)
    const given = access === 'FROM_START'
    expect(await state()).toEqual(given ? ['professional', 'ACTIVE'] : ['starter', 'INCOMPLETE'])
    await advanceDays(1)
    expect(await state()).toEqual(given ? ['professional', 'ACTIVE'] : ['starter', 'INCOMPLETE'])
    await advanceDays(10)
    expect(await state()).toEqual(given ? ['professional', 'PAST_DUE'] : ['starter', 'PAST_DUE'])
    await pay()
    expect(await state()).toEqual(['professional', 'ACTIVE'])
    // An overdue renewal has the grace of a subscription that was paid before.
    await advanceDays(32)
    expect(await state()).toEqual(['professional', 'PAST_DUE'])
  })
})

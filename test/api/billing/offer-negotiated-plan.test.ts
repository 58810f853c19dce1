import { mutationText, variablesOf } from '#test/support/mutations.js'
import { figures } from '#test/support/analytics.js'
import { createPromotion } from '#test/support/promotions.js'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planPush } from '#services/billing/catalog-push/push-catalog.js'
import { loadCatalog } from '#services/catalog/load/load-catalog.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { expectInvariants } from '#test/support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'
import { negotiatedPlansOf, offerPlan } from '#test/support/negotiated-plans.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import {
  accountOf,
  change,
  eventsOf,
  previewPlanChange,
  stripeCall,
  stripeObject,
  subscribe,
  waitForInvoices,
} from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// Professional: 10.00 a seat and month, 14 days of trial. Business: 18.00 a month, without a trial.
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

describe('offerNegotiatedPlan', () => {
  let server: TestServer
  let admin: string
  let folder: string
  let catalog: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    catalog = join(folder, 'agileforge.yaml')
    const perSeat = 'prices: { month: 10.00, year: 100.00, per: seat }'
    const text = readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8')
    writeFileSync(
      catalog,
      `pause: { maximum: 90d }\n${text.replace('prices: { month: 10.00, year: 100.00 }', perSeat)}`,
    )
    server = await startTestServer({ env: { CATALOG: catalog } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const person = async (name: string) => {
    const email = `${name}@example.com`
    const token = await server.token(email)
    return { email, token, accountId: await accountIdOf(server, token) }
  }
  const now = () => server.app.context.clock.now().getTime()
  const inDays = (days: number) => new Date(now() + days * 86_400_000).toISOString()
  const after = (time: string, days: number) => new Date(Date.parse(time) + days * 86_400_000).toISOString()
  const paid = async (who: { readonly customerId: string }) =>
    (await waitForInvoices(server, who)).filter((total) => total > 0)

  it('is not lowered by a promotion code, with a checkout and with a change of plan', async () => {
    await createPromotion(server, 'FREE', { percent_off: '100', duration: 'forever' })
    const { token, accountId } = await person('code')
    const offer = await offerPlan(server, admin, { accountId })
    const accept = async (mutation: string, input: object) =>
      (
        await server.graphql<Record<string, { message?: string; remedies?: object[] }>>(
          mutationText(mutation, `denial { code issues { path } message remedies { mutation input } }`),
          variablesOf(mutation, { plan: 'business', negotiatedPlanId: offer.id, promotionCode: 'FREE', ...input }),
          token,
        )
      ).data[mutation]
    const denied = {
      code: 'INVALID_PRICE',
      issues: [{ path: ['promotionCode'] }],
      message: "Promotion code 'FREE' cannot be combined with a negotiated price. Leave it out.",
      remedies: [{ mutation: null, input: { input: { promotionCode: null } } }],
    }
    expect(await accept('startSubscription', { provider: 'STRIPE', idempotencyKey: 'code-1' })).toEqual(denied)
    const payer = await subscribe(server, 'code@example.com', { plan: 'professional', trialDays: 0 })
    expect(await accept('changePlan', { idempotencyKey: 'code-2' })).toEqual(denied)
    await change(server, payer, 'cancelSubscription', { at: 'NOW' })
  })

  it('ends in a pause, whose periods count: the next payment is of the ordinary price', async () => {
    const { email, token, accountId } = await person('pia')
    const offer = await offerPlan(server, admin, { accountId })
    const pia = await subscribe(server, email, { plan: 'business', negotiatedPlanId: offer.id })
    const collected = async () => {
      const path = `invoices?customer=${pia.customerId}&status=paid&limit=20`
      const { data } = await stripeObject<{ data: { amount_paid: number }[] }>(server, path)
      return data.map(({ amount_paid: amount }) => amount).toReversed()
    }
    const end = (await negotiatedPlansOf(server, token))[0]!.endsAt!
    expect(await change(server, pia, 'pauseSubscription', { resumesAt: after(end, 1) })).toMatchObject({
      status: 'ACTIVE',
    })
    await server.advanceTo(after(end, -2))
    expect(await collected()).toEqual([900])
    await server.advanceTo(after(end, 2))
    expect(await collected()).toEqual([900, 1800])
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'ENDED' }])
  })

  it('is accepted by a checkout, renews at its price, and the ordinary price follows with a notice', async () => {
    const { email, token, accountId } = await person('ann')
    const offer = await offerPlan(server, admin, { accountId })
    expect(offer).toMatchObject({
      status: 'OFFERED',
      plan: { code: 'business' },
      price: { money: { decimal: '9.00', currency: 'USD' }, interval: { unit: 'MONTH', count: 1 } },
      quantity: 1,
      ordinaryPrice: { money: { decimal: '18.00' } },
      periods: 3,
      endsAt: null,
      reason: 'Agreed by phone',
    })
    expect(await negotiatedPlansOf(server, token)).toEqual([offer])
    const ann = await subscribe(server, email, { plan: 'business', negotiatedPlanId: offer.id })
    const [active] = await negotiatedPlansOf(server, token)
    expect(active).toMatchObject({ status: 'ACTIVE' })
    const end = active!.endsAt!
    expect((await accountOf(server, ann)).subscription).toMatchObject({
      plan: { code: 'business' },
      items: [{ price: { money: { decimal: '9.00' } } }],
    })
    expect(await figures(server, admin, { metrics: ['MRR'] })).toMatchObject([{ total: '9.00' }])
    expect((await reconcile(server, admin)).drift).toEqual([])

    await server.advanceTo(after(end, -13))
    expect(await paid(ann)).toEqual([900, 900, 900])
    await eventually(
      () => accountOf(server, ann),
      ({ subscription }) => subscription?.scheduledChange?.effectiveAt === end,
    )
    expect(await eventsOf(server, ann, 'negotiated_plan.ending')).toHaveLength(1)
    // The end was agreed, so the account cannot cancel it.
    expect(await change(server, ann, 'resumeSubscription')).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await change(server, ann, 'changePlan', { plan: 'business' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect((await reconcile(server, admin)).drift).toEqual([])

    await server.advanceTo(after(end, 0.1))
    expect(await paid(ann)).toEqual([1800, 900, 900, 900])
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'ENDED' }])
    expect((await accountOf(server, ann)).subscription).toMatchObject({
      plan: { code: 'business' },
      items: [{ price: { money: { decimal: '18.00' } } }],
      scheduledChange: null,
    })
    expect(
      await eventsOf(
        server,
        ann,
        'negotiated_plan.offered',
        'negotiated_plan.started',
        'negotiated_plan.ending',
        'negotiated_plan.ended',
      ),
    ).toEqual(['negotiated_plan.offered', 'negotiated_plan.started', 'negotiated_plan.ending', 'negotiated_plan.ended'])
    const mails = await server.query(
      `select 1 from mail_message where account_id = $1 and subject like 'The price of %'`,
      [accountId],
    )
    expect(mails).toHaveLength(1)
    expect((await reconcile(server, admin)).drift).toEqual([])
    await expectInvariants(server)
  })

  it('is accepted by a change of plan, at the price of its preview', async () => {
    const { email, token, accountId } = await person('bob')
    const bob = await subscribe(server, email, { plan: 'professional', trialDays: 0 })
    const offer = await offerPlan(server, admin, { accountId, price: usd(1500), periods: 12 })
    const input = { plan: 'business', negotiatedPlanId: offer.id }
    const preview = await previewPlanChange(server, bob, input)
    expect(preview).toMatchObject({ dueNow: { decimal: '5.00' }, nextAmount: { decimal: '15.00' } })
    expect(await change(server, bob, 'changePlan', input)).toMatchObject({
      __typename: 'PlanChangePayload',
      subscription: { plan: { code: 'business' }, items: [{ price: { money: { decimal: '15.00' } } }] },
    })
    expect(await paid(bob)).toEqual([500, 1000])
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'ACTIVE' }])
    // A second acceptance is denied, and the plan keeps its price.
    expect(await change(server, bob, 'changePlan', input)).toMatchObject({ code: 'NOT_FOR_SALE' })
    expect((await reconcile(server, admin)).drift).toEqual([])
    // Leaving the plan ends the price.
    await change(server, bob, 'changePlan', { plan: 'professional', at: 'NOW' })
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'ENDED' }])
  })

  it('lowers the price of the present plan at the end of the period, also with seats', async () => {
    const { email, token, accountId } = await person('carl')
    const carl = await subscribe(server, email, { plan: 'professional', quantity: 3, trialDays: 0 })
    const offer = await offerPlan(server, admin, {
      accountId,
      plan: 'professional',
      price: usd(800),
      quantity: 3,
      periods: 2,
    })
    const input = { plan: 'professional', negotiatedPlanId: offer.id }
    const period = (await accountOf(server, carl)).subscription!.currentPeriodEnd
    expect(await change(server, carl, 'changePlan', input)).toMatchObject({ effectiveAt: period })
    await server.advanceTo(after(period, 0.1))
    expect(await paid(carl)).toEqual([2400, 3000])
    expect(await change(server, carl, 'changePlan', { plan: 'professional', quantity: 4 })).toMatchObject({
      subscription: { quantity: 4, items: [{ price: { money: { decimal: '8.00' } } }] },
    })
    const [active] = await negotiatedPlansOf(server, token)
    const end = active!.endsAt!
    await server.advanceTo(after(end, -10))
    await eventually(
      () => accountOf(server, carl),
      ({ subscription }) => subscription?.scheduledChange !== null,
    )
    // A change for the end of the period has the ordinary price, and can be changed again.
    await change(server, carl, 'changePlan', { plan: 'professional', quantity: 2, at: 'PERIOD_END' })
    await change(server, carl, 'changePlan', { plan: 'professional', quantity: 4, at: 'PERIOD_END' })
    await change(server, carl, 'changePlan', { plan: 'professional', quantity: 5 })
    await server.advanceTo(after(end, 0.1))
    expect((await paid(carl))[0]).toBe(5000)
    expect((await reconcile(server, admin)).drift).toEqual([])
  })

  it('schedules the ordinary price again after it was removed at the provider', async () => {
    const { email, token, accountId } = await person('dora')
    const offer = await offerPlan(server, admin, { accountId, periods: null, endsAt: inDays(40) })
    const dora = await subscribe(server, email, { plan: 'business', negotiatedPlanId: offer.id })
    // The period that contains the end of the term is the last one at the price.
    const first = (await accountOf(server, dora)).subscription!.currentPeriodEnd
    await server.advanceTo(after(first, 0.1))
    const last = (await accountOf(server, dora)).subscription!.currentPeriodEnd
    await server.advanceTo(after(last, -3))
    await eventually(
      () => accountOf(server, dora),
      ({ subscription }) => subscription?.scheduledChange?.effectiveAt === last,
    )
    const { schedule } = await stripeObject<{ schedule: string }>(server, `subscriptions/${dora.externalId}`)
    await stripeCall(server, 'POST', `subscription_schedules/${schedule}/release`)
    await eventually(
      () => accountOf(server, dora),
      ({ subscription }) => subscription?.scheduledChange === null,
    )
    await server.advanceTo(after(last, -1))
    await eventually(
      () => accountOf(server, dora),
      ({ subscription }) => subscription?.scheduledChange !== null,
    )
    await server.advanceTo(after(last, 0.1))
    expect(await paid(dora)).toEqual([1800, 900, 900])
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'ENDED' }])
    expect(await eventsOf(server, dora, 'negotiated_plan.ending')).toHaveLength(1)
  })

  it('is invisible to other accounts and to price lists', async () => {
    const { token, accountId } = await person('eve')
    const offer = await offerPlan(server, admin, { accountId })
    const other = await person('stranger')
    const price = (who: string | null) =>
      server.graphql<{ node: object | null }>(`{ node(id: "${offer.price.id}") { id } }`, {}, who)
    expect((await price(token)).data.node).toEqual({ id: offer.price.id })
    for (const who of [other.token, null]) expect((await price(who)).data.node).toBeNull()
    expect(await negotiatedPlansOf(server, other.token)).toEqual([])
    const lists = await server.graphql(
      `{ plans { prices { id } versions { prices { id } } } products { nodes { prices { id } } } }`,
      {},
      null,
    )
    expect(JSON.stringify(lists)).not.toContain(offer.price.id)
    await expect(subscribe(server, other.email, { plan: 'business', negotiatedPlanId: offer.id })).rejects.toThrow(
      'NOT_FOR_SALE',
    )
    const subscriber = await subscribe(server, other.email, { plan: 'professional', trialDays: 0 })
    expect(
      await change(server, subscriber, 'changePlan', { plan: 'business', negotiatedPlanId: offer.id }),
    ).toMatchObject({ code: 'NOT_FOR_SALE' })
  })

  it('is neither activated nor archived by the catalog', async () => {
    const { accountId } = await person('fred')
    const { database, providers } = server.app.context
    const offer = await offerPlan(server, admin, { accountId, price: usd(1700) })
    const port = providers.STRIPE!
    expect(await planPush(server.app.context, port, server.app.context.catalog.current())).toEqual([])
    writeFileSync(catalog, readFileSync(catalog, 'utf8').replace('month: 18.00', 'month: 17.00'))
    await loadCatalog(server.app.context.database, readCatalogFile(catalog))
    const rows = await server.query<{ id: string }>(
      `select id from price where amount_minor = 1700 and currency = 'USD' and active`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]!.id).not.toBe(offer.price.id)
    writeFileSync(catalog, readFileSync(catalog, 'utf8').replace('month: 17.00', 'month: 18.00'))
    await loadCatalog(database, readCatalogFile(catalog))
    await server.app.context.catalog.reload()
    expect(
      (await planPush(server.app.context, port, server.app.context.catalog.current())).map((step) => step.do),
    ).not.toContain('archive_price')
  })

  it('creates one price at the provider when its response is lost', async () => {
    const { email, accountId } = await person('gina')
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/prices' },
      action: 'drop_after',
      times: 3,
    })
    const key = randomUUID()
    const offer = await offerPlan(server, admin, { accountId, price: usd(1234), idempotencyKey: key })
    await server.sandboxControl('DELETE', 'faults')
    expect((await offerPlan(server, admin, { accountId, price: usd(1234), idempotencyKey: key })).id).toBe(offer.id)
    expect((await offerPlan(server, admin, { accountId, price: usd(1235), idempotencyKey: key })).code).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    const gina = await subscribe(server, email, { plan: 'business', negotiatedPlanId: offer.id })
    expect(await paid(gina)).toEqual([1234])
    const { data } = await stripeObject<{ data: { unit_amount: number }[] }>(server, 'prices?limit=100')
    expect(data.filter(({ unit_amount: amount }) => amount === 1234)).toHaveLength(1)
  })

  it('denies terms that cannot be charged or never end, and PayPal', async () => {
    const { token, accountId } = await person('hans')
    const denied = async (input: Record<string, unknown>) => {
      const { code, issues } = await offerPlan(server, admin, { accountId, ...input })
      return [code, ...(issues ?? []).map(({ path }) => path.join('.'))]
    }
    expect(await denied({ plan: 'starter' })).toEqual(['INVALID_PLAN', 'plan'])
    expect(await denied({ price: usd(0) })).toEqual(['INVALID_AMOUNT', 'price'])
    expect(await denied({ price: usd(1) })).toEqual(['INVALID_AMOUNT', 'price'])
    expect(await denied({ price: { amountMinor: 900, currency: 'JPY' } })).toEqual(['INVALID_PRICE', 'interval'])
    expect(await denied({ interval: { unit: 'WEEK', count: 2 } })).toEqual(['INVALID_PRICE', 'interval'])
    expect(await denied({ quantity: 2 })).toEqual(['INVALID_AMOUNT', 'quantity'])
    expect(await denied({ periods: null })).toEqual(['INVALID_PARAMETERS', 'periods'])
    expect(await denied({ endsAt: inDays(90) })).toEqual(['INVALID_PARAMETERS', 'periods'])
    expect(await denied({ periods: 121, expiresAt: inDays(-1) })).toEqual([
      'INVALID_PARAMETERS',
      'periods',
      'expiresAt',
    ])
    expect(await denied({ reason: ' ' })).toEqual(['INVALID_PARAMETERS', 'reason'])
    const offer = await offerPlan(server, admin, { accountId, expiresAt: inDays(2) })
    const start = (input: string) =>
      server.graphql<{ startSubscription: { code: string } }>(
        `mutation { startSubscription(input: { negotiatedPlanId: "${offer.id}", ${input} }, key: "${randomUUID()}") { denial { code } } }`,
        {},
        token,
      )
    expect((await start('plan: "business", provider: PAYPAL')).data.startSubscription.code).toBe(
      'NOT_SUPPORTED_BY_PROVIDER',
    )
    expect((await start('plan: "professional", provider: STRIPE')).data.startSubscription.code).toBe('INVALID_PLAN')
    await server.advanceTo(inDays(3))
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'EXPIRED' }])
    expect((await start('plan: "business", provider: STRIPE')).data.startSubscription.code).toBe('NOT_FOR_SALE')
  })
})

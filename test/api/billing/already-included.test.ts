import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { change, changeAtStripe, stripeCall } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const RANKS = { team: 1, pro: 2, max: 3 } as const
type Plan = keyof typeof RANKS
const PLANS = Object.keys(RANKS) as Plan[]

const CATALOG = `business: included
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  sso: { name: Single sign-on, kind: boolean }
plans:
  free: { name: Free, rank: 0, features: { calls: 10 } }
${PLANS.map((plan) => {
  const rank = RANKS[plan]
  const prices = `month: ${rank * 20}.00, year: ${rank * 200}.00, lifetime: ${rank * 300}.00`
  return `  ${plan}: { name: ${plan}, rank: ${rank}, prices: { ${prices} }, features: { calls: ${rank * 100}${rank > 1 ? ', sso: true' : ''} } }`
}).join('\n')}
packages:
  single_sign_on: { name: Single sign-on for all, type: addon, prices: { month: 5.00 }, grants: { sso: true } }
`

/** All plans that an account can hold in addition to a plan without an end; at PayPal, in addition to one such plan. */
const HELD_PLANS = (['STRIPE', 'PAYPAL'] as const).flatMap((provider) =>
  (provider === 'STRIPE' ? PLANS : (['pro'] as const)).flatMap((lifetime) =>
    [null, ...PLANS].map((subscribed) => ({ provider, lifetime, subscribed })),
  ),
)

/** The rule of the documentation: a plan without an end makes payments for it and for lower ones needless. */
const isIncluded = (lifetime: Plan, plan: Plan): boolean => RANKS[plan] <= RANKS[lifetime]

describe('Plans that an account already has', () => {
  let server: TestServer
  let admin: string
  let serial = 0
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-included-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-01-31T09:00:00Z', env: { CATALOG: path } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    expect((await reconcile(server, admin)).drift).toEqual([])
    await expectInvariants(server)
    await server.close()
  })

  interface Holder extends Buyer {
    readonly accountId: string
  }
  const newBuyer = async (): Promise<Holder> => {
    const buyer = await Buyer.named(server, `buyer-${++serial}@example.com`)
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, buyer.token)
    return Object.assign(buyer, { accountId: data.account.id })
  }
  interface Row {
    readonly id: string
    readonly external_id: string
    readonly status: string
    readonly cancel_at: Date | null
  }
  const subscriptionsOf = ({ accountId }: Pick<Holder, 'accountId'>) =>
    server.query<Row>(
      'select id, external_id, status, cancel_at from billing_subscription where account_id = $1 order by started_at, id',
      [accountId],
    )
  const returnsOf = async ({ accountId }: Pick<Holder, 'accountId'>) =>
    (
      await server.query<{ reason: string }>(
        `select r.reason from refund r where r.account_id = $1 and r.status = 'SUCCEEDED' order by r.id`,
        [accountId],
      )
    ).map(({ reason }) => reason)

  /** Subscribes by the month, cancels, and buys a plan without an end. */
  const holder = async ({ provider, lifetime, subscribed }: (typeof HELD_PLANS)[number]): Promise<Holder> => {
    const buyer = await newBuyer()
    if (subscribed) {
      await buyer.buy('startSubscription', { plan: subscribed, interval: { unit: 'MONTH' }, provider })
      await change(server, buyer, 'cancelSubscription', { at: 'PERIOD_END' })
    }
    await buyer.buy('startSubscription', { plan: lifetime, lifetime: true, provider })
    return buyer
  }

  it.each(HELD_PLANS)('are sold no second time: $provider, lifetime $lifetime, canceled $subscribed', async (held) => {
    const { provider, lifetime, subscribed } = held
    const buyer = await holder(held)
    for (const plan of PLANS.filter((one) => isIncluded(lifetime, one)))
      for (const terms of [{ interval: { unit: 'YEAR' } }, { lifetime: true }])
        expect(await buyer.start('startSubscription', { plan, provider, ...terms })).toMatchObject({
          code: 'ALREADY_INCLUDED',
        })
    if (!subscribed) return
    const resume = { key: `resume-${++serial}` }
    const preview = await server.graphql<{ previewResumption: { denial: { code: string } | null } }>(
      '{ previewResumption { denial { code } } }',
      {},
      buyer.token,
    )
    const rest = async () =>
      server.rest('POST', '/api/v1/billing/resume-subscription', {
        headers: { authorization: `Bearer ${buyer.token}` },
        body: { idempotency_key: resume.key },
      })
    if (isIncluded(lifetime, subscribed)) {
      expect(preview.data.previewResumption.denial).toMatchObject({ code: 'ALREADY_INCLUDED' })
      expect(await change(server, buyer, 'resumeSubscription')).toMatchObject({ code: 'ALREADY_INCLUDED' })
      expect((await rest()).body).toMatchObject({ code: 'ALREADY_INCLUDED' })
      expect((await subscriptionsOf(buyer))[0]!.cancel_at).not.toBeNull()
    } else {
      expect(preview.data.previewResumption.denial).toBeNull()
      expect(await change(server, buyer, 'resumeSubscription')).toMatchObject({ cancelAt: null })
    }
    for (const plan of PLANS.filter((one) => isIncluded(lifetime, one)))
      for (const terms of [{ at: 'NOW' }, { at: 'PERIOD_END' }, { at: 'PERIOD_END', interval: { unit: 'YEAR' } }])
        expect(await change(server, buyer, 'changePlan', { plan, ...terms })).toMatchObject({
          code: 'ALREADY_INCLUDED',
        })
    if (provider === 'STRIPE' && RANKS[lifetime] > 1 && !isIncluded(lifetime, subscribed))
      expect(await change(server, buyer, 'addAddon', { package: 'single_sign_on' })).toMatchObject({
        code: 'ALREADY_INCLUDED',
      })
    expect(await returnsOf(buyer)).toEqual([])
  })

  it('end a subscription again whose cancellation the provider reports as undone', async () => {
    const buyer = await holder({ provider: 'STRIPE', lifetime: 'pro', subscribed: 'team' })
    const [{ external_id: externalId }] = (await subscriptionsOf(buyer)) as [Row]
    for (let again = 0; again < 2; again++) {
      await changeAtStripe(server, externalId, { cancel_at: '' })
      await eventually(
        () =>
          server.query<{ count: string }>(
            `select count(*) from subscription_change where account_id = $1 and kind = 'CANCEL' and status = 'APPLIED'`,
            [buyer.accountId],
          ),
        ([row]) => Number(row!.count) === again + 2,
      )
    }
    expect((await subscriptionsOf(buyer))[0]).toMatchObject({ status: 'ACTIVE', cancel_at: expect.any(Date) })
  })

  it('return the payment of a subscription that was made at the provider, and end it', async () => {
    const buyer = await holder({ provider: 'STRIPE', lifetime: 'pro', subscribed: null })
    const [{ customer_id: customer }] = (await server.query<{ customer_id: string }>(
      'select customer_id from billing_customer where account_id = $1',
      [buyer.accountId],
    )) as [{ customer_id: string }]
    const [{ external_id: price }] = (await server.query<{ external_id: string }>(
      `select pp.external_id from provider_price pp join price pr on pr.id = pp.price_id join plan p on p.product_id = pr.product_id
       where p.code = 'team' and pr.interval = 'MONTH' and pp.provider = 'STRIPE'`,
    )) as [{ external_id: string }]
    const card = await stripeCall<{ id: string }>(server, 'POST', 'payment_methods/pm_card_visa/attach', { customer })
    const made = await stripeCall<{ id: string }>(server, 'POST', 'subscriptions', {
      customer,
      default_payment_method: card.id,
      'items[0][price]': price,
    })
    await eventually(
      () => subscriptionsOf(buyer),
      (rows) => rows.some((row) => row.external_id === made.id && row.status === 'CANCELED'),
    )
    await eventually(
      () => returnsOf(buyer),
      (reasons) => reasons.length === 1,
    )
    expect(await returnsOf(buyer)).toEqual(['paid twice'])
  })

  it('return what is paid on a page that PayPal cannot close', async () => {
    const second = await newBuyer()
    const monthly = await second.start('startSubscription', {
      plan: 'team',
      interval: { unit: 'MONTH' },
      provider: 'PAYPAL',
    })
    await second.buy('startSubscription', { plan: 'pro', lifetime: true, provider: 'STRIPE' })
    await second.pay(monthly.providerReference)
    await second.confirm(monthly.providerReference)
    await eventually(
      () => returnsOf(second),
      (reasons) => reasons.length === 1,
    )
    expect(await returnsOf(second)).toEqual(['paid twice'])
    // An order is captured by the server, so that an approval of a page that was replaced moves no money.
    const first = await newBuyer()
    const lifetime = await first.start('startSubscription', { plan: 'team', lifetime: true, provider: 'PAYPAL' })
    await first.buy('startSubscription', { plan: 'pro', interval: { unit: 'MONTH' }, provider: 'STRIPE' })
    await first.pay(lifetime.providerReference)
    await first.confirm(lifetime.providerReference)
    expect(await subscriptionsOf(first)).toMatchObject([{ status: 'ACTIVE', cancel_at: null }])
    const { purchases } = await first.account()
    expect(purchases.nodes.map(({ product }) => product.code)).toEqual(['pro'])
  })
})

import { randomUUID } from 'node:crypto'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { changeJob, jobInput, readJob } from '#test/support/account-jobs.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { change, stripeObject } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const PLANS = {
  STRIPE: { plan: 'scale', allowance: 600_000, price: 20_000 },
  PAYPAL: { plan: 'pro', allowance: 50_000, price: 2_000 },
} as const
const BEYOND = 10_000
/** 10,000 units at 0.40 per 1,000. */
const BEYOND_MINOR = 400

const PROVIDERS = ['STRIPE', 'PAYPAL'] as const
const PERIODS = ['first', 'renewing', 'failed'] as const
const PAYMENTS = ['undisputed', 'disputed'] as const
const USES = ['within', 'beyond', 'reserved'] as const
const ENDS = ['cancel now', 'delete', 'dispute', 'refund'] as const

const CASES = PROVIDERS.flatMap((provider) =>
  PERIODS.flatMap((period) =>
    PAYMENTS.flatMap((payment) => USES.flatMap((use) => ENDS.map((end) => ({ provider, period, payment, use, end })))),
  ),
)
type Case = (typeof CASES)[number]

interface Bill {
  readonly id: string
  readonly status: string
  readonly total: number
  readonly metadata: Readonly<Record<string, string>>
  readonly parent: { readonly subscription_details: object | null } | null
  readonly lines: {
    readonly data: readonly { readonly description: string; readonly period: { readonly start: number } }[]
  }
}

describe('Use of an account that ends', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const days = async (count: number) => {
    const now = server.app.context.clock.now()
    await server.advanceTo(new Date(now.getTime() + count * 86_400_000).toISOString())
    await reportUsage(server.app.context)
    await untilQuiet(server)
  }

  async function begin({ provider, period, payment }: Case) {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: PLANS[provider].plan, provider })
    const [row] = await server.query<{ account_id: string; customer: string | null; external_id: string; ends: Date }>(
      `select s.account_id, c.customer_id as customer, s.external_id, s.current_period_end as ends from billing_subscription s
         left join billing_customer c on c.account_id = s.account_id and c.provider = s.provider
         join member m on m.account_id = s.account_id join app_user u on u.id = m.user_id where u.email = $1`,
      [buyer.email],
    )
    const { account_id: accountId, customer, external_id: externalId, ends } = row!
    // PayPal has no customers; its payers are known by their subscriptions.
    const payer = provider === 'STRIPE' ? customer! : externalId
    if (period === 'failed') await server.sandboxControl('POST', 'payments/fail-next', { customer: payer, times: 1000 })
    if (period !== 'first') {
      const seconds = period === 'failed' ? 7_200 : 5
      await server.advanceTo(new Date(ends.getTime() + seconds * 1000).toISOString())
      await untilQuiet(server)
    }
    const purchases = () =>
      server.query<{ id: string; status: string }>(
        `select id, status from purchase where account_id = $1 and subscription_id is not null order by purchased_at desc, id desc`,
        [accountId],
      )
    if (payment === 'disputed') {
      await buyer.dispute((await purchases())[0]!.id, 'needs_response')
      await untilDelivered(server)
      await untilQuiet(server)
    }
    return { buyer, accountId, payer, purchases }
  }

  /** Uses units, as far as they are granted. Returns the granted units within and beyond the allowance. */
  async function useUnits(accountId: string, { provider, use }: Case) {
    const { allowance } = PLANS[provider]
    const feature = 'ai_credits'
    const take = async (amount: number) =>
      ((await service.consume({ accountId, feature, amount })) as { amount?: number }).amount ?? 0
    if (use === 'within') return { within: await take(allowance / 4), beyond: 0 }
    const within = await take(allowance)
    if (use === 'beyond') return { within, beyond: await take(BEYOND) }
    const held = (await service.reserve({ accountId, feature, amount: BEYOND, expiresInSeconds: 3_600 })) as {
      id?: string
    }
    if (!held.id) return { within, beyond: 0 }
    const committed = (await service.commit({ reservationId: held.id, amount: BEYOND })) as { amount?: number }
    return { within, beyond: committed.amount ?? 0 }
  }

  async function finish({ end, payment }: Case, of: Awaited<ReturnType<typeof begin>>): Promise<string | null> {
    const { buyer, accountId, purchases } = of
    if (end === 'cancel now' || end === 'delete') await change(server, buyer, 'cancelSubscription', { at: 'NOW' })
    const [last] = await purchases()
    if (end === 'dispute') await buyer.dispute(last!.id, 'lost')
    // A disputed payment cannot be refunded.
    if (end === 'refund' && payment === 'undisputed')
      await server.graphql(
        `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code } } }`,
        { id: last!.id, reason: 'test', key: randomUUID() },
        operator,
      )
    await untilQuiet(server)
    if (end !== 'delete') return null
    const job = await changeJob(server, buyer.token, `deleteAccount${jobInput(accountId, randomUUID())}`)
    return job.id ?? null
  }

  it.each(sampleOf(CASES, 4, 'unpaid use'))(
    `is paid, or payable by an open invoice: $provider, $period period, $payment, $use, then $end (${SAMPLE})`,
    async (one) => {
      const { provider, period, payment, end } = one
      const of = await begin(one)
      const granted = await useUnits(of.accountId, one)
      // Units at a price need Stripe, a paid period and no dispute.
      const isSold = provider === 'STRIPE' && period !== 'failed' && payment === 'undisputed'
      // Unused credits of the first period roll over in the plan that PayPal sells.
      const isRolledOver = provider === 'PAYPAL' && period !== 'first' && payment === 'undisputed'
      if (!isSold) expect(granted.beyond).toBe(isRolledOver && one.use !== 'within' ? BEYOND : 0)
      else if (one.use !== 'within') expect(granted.beyond).toBe(BEYOND)
      const job = await finish(one, of)
      await days(46)
      // A deletion waits while an invoice for use is open, as after a failed period.
      if (end === 'delete' && period !== 'failed') {
        const state = await eventually(
          () => readJob(server, operator, job!),
          (task) => task?.status === 'COMPLETED',
          20_000,
        )
        expect(state?.status).toBe('COMPLETED')
      }
      await server.sandboxControl('DELETE', 'payments/fail-next')
      if (provider === 'PAYPAL') return
      const { data } = await stripeObject<{ data: Bill[] }>(server, `invoices?customer=${of.payer}&limit=100`)
      const payable = data.filter(
        ({ metadata, status }) => metadata['usage_report'] && (status === 'paid' || status === 'open'),
      )
      const sumOf = (text: string) =>
        payable
          .filter(({ lines }) => lines.data.some(({ description }) => description.includes(text)))
          .reduce((sum, { total }) => sum + total, 0)
      expect(sumOf('beyond the allowance')).toBe(granted.beyond > 0 ? BEYOND_MINOR : 0)
      // The used allowance belongs to a period whose invoice is paid or open, or it is charged by itself.
      const { price, allowance } = PLANS[provider]
      const isPeriodUnpaid =
        period !== 'first' && data.some(({ status, metadata }) => status === 'void' && !metadata['usage_report'])
      expect(sumOf('Used part')).toBe(isPeriodUnpaid ? Math.floor((price * granted.within) / allowance) : 0)
    },
  )
})

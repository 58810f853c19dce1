import { Subscription } from '@stackgate/client/documents'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { differences, loseWebhooks, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import {
  accountOf,
  change,
  changeAtStripe,
  stripeCall,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'

/** The next invoices are debited from a bank account, which takes days. */
async function debitBank(server: TestServer, { externalId, customerId }: Subscriber): Promise<void> {
  const method = await stripeCall<{ id: string }>(server, 'POST', 'payment_methods', {
    type: 'us_bank_account',
    'us_bank_account[account_number]': '000123456789',
    'us_bank_account[routing_number]': '110000000',
    'us_bank_account[account_holder_type]': 'individual',
    'billing_details[name]': 'Ann',
  })
  await stripeCall(server, 'POST', `payment_methods/${method.id}/attach`, { customer: customerId })
  await changeAtStripe(server, externalId, { default_payment_method: method.id })
}

const hoursAfter = (moment: string, hours: number): string =>
  new Date(Date.parse(moment) + hours * 3_600_000).toISOString()

const latestInvoice = async (server: TestServer, { externalId }: Subscriber): Promise<string> =>
  (await stripeObject<{ latest_invoice: string }>(server, `subscriptions/${externalId}`)).latest_invoice

/** Changes of invoices and of the credit of the customer, each at the end of a period, and the status of the last invoice here afterwards. */
const MONEY: readonly {
  readonly member: string
  readonly before?: (server: TestServer, who: Subscriber) => Promise<unknown>
  readonly there: (server: TestServer, who: Subscriber, renew: () => Promise<void>) => Promise<unknown>
  readonly status: string
}[] = [
  { member: 'a paid invoice', there: (_server, _who, renew) => renew(), status: 'PAID' },
  {
    member: 'an open invoice of a bank debit',
    before: debitBank,
    there: (_server, _who, renew) => renew(),
    status: 'OPEN',
  },
  {
    member: 'an invoice whose payment failed',
    there: async (server, { customerId }, renew) => {
      await server.sandboxControl('POST', 'payments/fail-next', { customer: customerId, times: 10 })
      await renew()
    },
    status: 'OPEN',
  },
  {
    member: 'a void invoice',
    before: debitBank,
    there: async (server, who, renew) => {
      await renew()
      await stripeCall(server, 'POST', `invoices/${await latestInvoice(server, who)}/void`)
    },
    status: 'VOID',
  },
  {
    member: 'an invoice that was written off',
    before: debitBank,
    there: async (server, who, renew) => {
      await renew()
      await stripeCall(server, 'POST', `invoices/${await latestInvoice(server, who)}/mark_uncollectible`)
    },
    status: 'UNCOLLECTIBLE',
  },
  {
    member: 'the credit that paid a renewal',
    before: (server, who) => change(server, who, 'changePlan', { plan: 'professional', at: 'NOW' }),
    there: (_server, _who, renew) => renew(),
    status: 'PAID',
  },
  {
    member: 'a paused collection',
    there: async (server, { externalId }, renew) => {
      await changeAtStripe(server, externalId, { 'pause_collection[behavior]': 'void' })
      await renew()
    },
    status: 'VOID',
  },
]

describe('Comparison of invoices and credit', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const foundBy = (heal: boolean) => differences(server, operator, heal)

  it.each(MONEY.map(({ member, ...one }, index) => [member, one, index] as const))(
    'finds and heals %s',
    async (_member, { before, there, status }, index) => {
      const who = await subscribe(server, `money-${index}@example.com`, { trialDays: 0, plan: 'business' })
      await before?.(server, who)
      await untilDelivered(server)
      await untilQuiet(server)
      expect(await foundBy(false)).toEqual([])
      await loseWebhooks(server)
      const { currentPeriodEnd } = (await accountOf(server, who)).subscription!
      await there(server, who, () => server.advanceTo(hoursAfter(currentPeriodEnd, 2)))
      const found = await foundBy(false)
      expect(found.map(({ object }) => object)).toContain(`invoice:${await latestInvoice(server, who)}`)
      expect((await foundBy(true)).filter(({ healed }) => !healed)).toEqual([])
      // Healing can request a refund, which is recorded when it was made.
      await untilQuiet(server)
      expect(await foundBy(false)).toEqual([])
      const { data } = await server.graphql(Subscription, {}, who.token)
      const customer = await stripeObject<{ balance: number }>(server, `customers/${who.customerId}`)
      expect(Number(data.account!.billing!.creditBalance?.decimal ?? 0) * 100).toBe(0 - customer.balance)
      expect(
        await server.query(`select status from invoice where external_id = $1`, [await latestInvoice(server, who)]),
      ).toEqual([{ status }])
      await server.sandboxControl('DELETE', 'faults')
      await stripeCall(server, 'DELETE', `subscriptions/${who.externalId}`)
      await untilDelivered(server)
    },
  )

  it('names credit that was given only at the provider, and a customer that the provider does not know', async () => {
    const who = await subscribe(server, 'credited@example.com', { trialDays: 0, plan: 'professional' })
    await untilQuiet(server)
    const balance = (amount: string) =>
      stripeCall(server, 'POST', `customers/${who.customerId}/balance_transactions`, { amount, currency: 'usd' })
    await loseWebhooks(server)
    await balance('-1500')
    expect(await foundBy(false)).toMatchObject([
      { kind: 'WRONG_CREDIT', object: `customer:${who.customerId}`, theirs: { amountMinor: 1500 } },
    ])
    await balance('1500')
    expect(await foundBy(false)).toEqual([])
    const link = (id: string) =>
      server.query(`update billing_customer set customer_id = $2 where account_id = $1`, [who.accountId, id])
    await link('cus_nobody')
    expect(await foundBy(false)).toMatchObject([
      { kind: 'UNKNOWN_CUSTOMER', object: `subscription:${who.externalId}` },
      { kind: 'MISSING_CUSTOMER', object: 'customer:cus_nobody' },
    ])
    await link(who.customerId)
    expect(await foundBy(false)).toEqual([])
  })

  it('counts the grace period from the failed payment, however late it is read', async () => {
    const who = await subscribe(server, 'late@example.com', { trialDays: 0, plan: 'professional' })
    await untilQuiet(server)
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId, times: 10 })
    await loseWebhooks(server)
    const { currentPeriodEnd } = (await accountOf(server, who)).subscription!
    await server.advanceTo(hoursAfter(currentPeriodEnd, 2))
    const failedAt = async () => {
      const { data } = await stripeObject<{ data: { status: string; created: number }[] }>(
        server,
        `charges?customer=${who.customerId}`,
      )
      return data.findLast(({ status }) => status === 'failed')!.created * 1000
    }
    const failed = await failedAt()
    await server.advanceTo(new Date(failed + 4 * 86_400_000).toISOString())
    await foundBy(true)
    const { subscription } = await accountOf(server, who)
    const { graceDays } = server.app.context.catalog.current().dunning
    expect(subscription).toMatchObject({
      status: 'PAST_DUE',
      graceEndsAt: new Date(failed + graceDays * 86_400_000).toISOString(),
    })
    expect(await foundBy(false)).toEqual([])
  })
})

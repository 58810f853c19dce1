import { allDeclared } from '#modules/all-declarations.js'
import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { cleanRun, untilCounted, untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { withoutReconciliation } from '#test/support/reconciliation-runs.js'
import {
  accountOf,
  change,
  stripeCall,
  stripeObject,
  subscribe,
  type Subscriber,
  type SubscriptionView,
} from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `
business: lives
currency: USD
group: main
return_urls: client
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free:  { name: Free, rank: 0, features: { calls: 10 } }
  basic: { name: Basic, rank: 1, prices: { month: 10.00, year: 100.00, lifetime: 200.00 }, features: { calls: 100 } }
  pro:   { name: Pro, rank: 2, prices: { month: 50.00, year: 500.00, lifetime: 900.00 }, features: { calls: 1000 } }
packages:
  more: { name: More, type: addon, price: { USD: 5.00 }, grants: { calls: 50 } }
`

const START = Date.parse('2026-02-01T00:00:00Z')
const DAY_MS = 86_400_000

type Mutation = Parameters<typeof change>[2]
/** Acts of a customer. */
const CHANGES: Readonly<Record<string, readonly [Mutation, Record<string, unknown>]>> = {
  'basic now': ['changePlan', { plan: 'basic', at: 'NOW' }],
  'pro now': ['changePlan', { plan: 'pro', at: 'NOW' }],
  'basic later': ['changePlan', { plan: 'basic', at: 'PERIOD_END' }],
  'year now': ['changePlan', { plan: 'pro', interval: { unit: 'YEAR' }, at: 'NOW' }],
  'add-on': ['addAddon', { package: 'more', quantity: 1 }],
  'two add-ons': ['addAddon', { package: 'more', quantity: 2 }],
  'no add-on': ['removeAddon', { package: 'more', quantity: 1 }],
  'cancel later': ['cancelSubscription', { at: 'PERIOD_END' }],
  'cancel now': ['cancelSubscription', { at: 'NOW' }],
  resume: ['resumeSubscription', {}],
}
/** Codes of the denials of each mutation that a valid life can receive. */
const DENIALS: Readonly<Record<string, readonly string[]>> = {
  changePlan: [
    'NO_ACTIVE_SUBSCRIPTION',
    'SUBSCRIPTION_CONFLICT',
    'ALREADY_INCLUDED',
    'INVALID_TRANSITION',
    'PAYMENT_FAILED',
  ],
  addAddon: ['BASE_SUBSCRIPTION_REQUIRED', 'INVALID_TRANSITION', 'PAYMENT_FAILED'],
  removeAddon: ['BASE_SUBSCRIPTION_REQUIRED', 'NO_ACTIVE_SUBSCRIPTION', 'PAYMENT_FAILED'],
  cancelSubscription: ['NO_ACTIVE_SUBSCRIPTION', 'INVALID_TRANSITION'],
  resumeSubscription: ['NO_ACTIVE_SUBSCRIPTION', 'ALREADY_INCLUDED', 'INVALID_TRANSITION', 'PAYMENT_FAILED'],
  startSubscription: ['SUBSCRIPTION_CONFLICT', 'ALREADY_INCLUDED', 'PAYMENT_FAILED'],
  refundPurchase: ['INVALID_AMOUNT'],
}
type Before = SubscriptionView | null
/** True if a subscription before an act explains the code. Codes that are left out have causes that the subscription does not show. */
const EXPLAINED: Readonly<Record<string, (before: Before) => boolean>> = {
  NO_ACTIVE_SUBSCRIPTION: (before) => !before?.items.some(({ package: addon }) => addon !== null),
  BASE_SUBSCRIPTION_REQUIRED: (before) => before === null,
  SUBSCRIPTION_CONFLICT: (before) => before !== null,
  INVALID_TRANSITION: (before) => before !== null,
}

/** Acts with money: of the customer, of the operator, of the bank, and of the seller at the provider. */
const MONEY = [
  'lifetime of basic',
  'lifetime of pro',
  'refund of the first payment',
  'refund of the last payment',
  'refund of a part',
  'dispute',
  'lost dispute',
  'declined card',
  'void',
  'wait for the renewal',
] as const
const ACTS = [...Object.keys(CHANGES), ...MONEY]

interface Life {
  readonly plan: 'basic' | 'pro'
  /** Acts, each with the days before it. */
  readonly acts: readonly (readonly [days: number, act: string])[]
}

const LIFE: fc.Arbitrary<Life> = fc.record({
  plan: fc.constantFrom('basic' as const, 'pro' as const),
  acts: fc.array(fc.tuple(fc.nat(12), fc.constantFrom(...ACTS)), { minLength: 3, maxLength: 6 }),
})

/** Lives that broke a rule. */
const FOUND: readonly Life[] = [
  {
    plan: 'basic',
    acts: [
      [3, 'cancel later'],
      [1, 'lifetime of basic'],
      [2, 'resume'],
      [1, 'wait for the renewal'],
    ],
  },
  {
    plan: 'pro',
    acts: [
      [3, 'cancel later'],
      [1, 'lifetime of basic'],
      [2, 'refund of the last payment'],
      [1, 'wait for the renewal'],
    ],
  },
  {
    plan: 'pro',
    acts: [
      [0, 'add-on'],
      [0, 'basic now'],
      [1, 'refund of the first payment'],
    ],
  },
  {
    plan: 'pro',
    acts: [
      [0, 'add-on'],
      [5, 'basic now'],
      [1, 'refund of the last payment'],
      [1, 'refund of the first payment'],
    ],
  },
]

const mutationOf = (act: string): string =>
  CHANGES[act]?.[0] ?? (act.startsWith('lifetime') ? 'startSubscription' : 'refundPurchase')

const isExpected = (act: string, code: string, before: Before): boolean =>
  DENIALS[mutationOf(act)]!.includes(code) && (EXPLAINED[code]?.(before) ?? true)

describe('Lives with plans for a lifetime, add-ons, voided invoices and returned money', () => {
  let server: TestServer
  let operator: string
  let path: string
  let serial = 0
  const seed = Number(process.env.SEED ?? 5)

  beforeAll(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'stackgate-lives-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: new Date(START).toISOString(), env: { CATALOG: path } })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await server.close()
    rmSync(dirname(path), { recursive: true })
  })

  const quiet = async () => {
    await untilDelivered(server)
    await untilQuiet(server)
  }

  const refund = async ({ accountId }: Subscriber, order: 'asc' | 'desc', amountMinor: number | null) => {
    const [purchase] = await server.query<{ id: string }>(
      `select id from purchase where account_id = $1 and status = 'PAID' order by purchased_at ${order}, id ${order} limit 1`,
      [accountId],
    )
    if (!purchase) return undefined
    const { data, errors } = await server.graphql<{ refundPurchase: { denial: { code: string } | null } }>(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: "asked") { denial { code } } }`,
      { id: purchase.id, amount: amountMinor && { amountMinor, currency: 'USD' }, key: `refund-${++serial}` },
      operator,
    )
    expect(errors).toBeUndefined()
    return data.refundPurchase.denial?.code
  }

  const dispute = async ({ accountId }: Subscriber, statuses: readonly string[]) => {
    const [paid] = await server.query<{ payment_id: string }>(
      `select payment_id from purchase where account_id = $1 and status = 'PAID' and payment_id is not null order by purchased_at desc, id desc limit 1`,
      [accountId],
    )
    for (const status of paid ? statuses : []) {
      await server.sandboxControl('POST', 'disputes', { payment: paid!.payment_id, status })
      await quiet()
    }
  }

  /** Returns the code of a denial. */
  async function act(who: Subscriber, name: string): Promise<string | undefined> {
    const changed = CHANGES[name]
    if (changed) return (await change(server, who, changed[0], { ...changed[1], key: `act-${++serial}` })).code
    return moneyAct(who, name as (typeof MONEY)[number])
  }

  async function moneyAct(who: Subscriber, name: (typeof MONEY)[number]): Promise<string | undefined> {
    const { customerId, email } = who
    switch (name) {
      case 'lifetime of basic':
      case 'lifetime of pro': {
        const buyer = await Buyer.named(server, email)
        const page = await buyer.start('startSubscription', { plan: name.split(' ').at(-1), lifetime: true })
        if (!page.providerReference) return page.code
        await buyer.pay(page.providerReference)
        await buyer.confirm(page.providerReference)
        return undefined
      }
      case 'refund of the first payment':
        return refund(who, 'asc', null)
      case 'refund of the last payment':
        return refund(who, 'desc', null)
      case 'refund of a part':
        return refund(who, 'desc', 100)
      case 'dispute':
        await dispute(who, ['needs_response'])
        return undefined
      case 'lost dispute':
        await dispute(who, ['needs_response', 'lost'])
        return undefined
      case 'declined card':
        await server.sandboxControl('POST', 'payments/fail-next', { customer: customerId, times: 2 })
        return undefined
      case 'void': {
        const open = `invoices?customer=${customerId}&status=open&limit=100`
        for (const { id } of (await stripeObject<{ data: { id: string }[] }>(server, open)).data)
          await stripeCall(server, 'POST', `invoices/${id}/void`)
        return undefined
      }
      case 'wait for the renewal':
        await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 32 * DAY_MS).toISOString())
        return undefined
    }
  }

  const broken = async () => {
    const { database, catalog } = server.app.context
    return (await allDeclared.invariants.check(database, catalog.current())).filter(({ ok }) => !ok)
  }

  it('keep every rule after each act, and equal the provider in the end', async () => {
    const lives = [...FOUND, ...fc.sample(LIFE, { numRuns: Number(process.env.LIVES ?? 1), seed })]
    for (const [index, { plan, acts }] of lives.entries()) {
      const who = await subscribe(server, `life-${index}@example.com`, { plan, interval: { unit: 'MONTH' } })
      const lived: unknown[] = [plan]
      for (const [days, name] of acts) {
        if (days > 0)
          await server.advanceTo(new Date(server.app.context.clock.now().getTime() + days * DAY_MS).toISOString())
        const before = (await accountOf(server, who)).subscription
        const denial = await act(who, name)
        await quiet()
        lived.push([days, name])
        if (denial)
          expect({ seed, lived, denial, isExpected: isExpected(name, denial, before) }).toMatchObject({
            isExpected: true,
          })
        const rules = await eventually(broken, (found) => found.length === 0).catch(broken)
        expect({ seed, lived, rules }).toEqual({ seed, lived, rules: [] })
      }
    }
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 40 * DAY_MS).toISOString())
    await quiet()
    await untilCounted(server)
    expect({ seed, drift: (await cleanRun(server, operator)).drift }).toEqual({ seed, drift: [] })
    expect({ seed, rules: await broken() }).toEqual({ seed, rules: [] })
  })
})

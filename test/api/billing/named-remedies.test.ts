import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { variablesOf } from '#test/support/mutations.js'
import { payloadOf, remedyText, type Outcome, type Payload } from '#test/support/remedy-program.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { syncSubscription } from '#services/billing/subscriptions/sync-subscription.js'
import { subscribe } from '#test/support/subscribers.js'

/** Every operation on a subscription, with values that make sense in most states. */
const OPERATIONS: Record<string, Record<string, unknown>> = {
  startSubscription: { plan: 'business', provider: 'STRIPE' },
  changePlan: { plan: 'business' },
  cancelSubscription: {},
  resumeSubscription: {},
  addAddon: { package: 'extra_storage' },
  removeAddon: { package: 'extra_storage' },
  openBillingPortal: {},
}
const STATES = [
  'NONE',
  'ACTIVE',
  'TRIALING',
  'CANCELLING',
  'PLANNED',
  'PAST_DUE',
  'UNPAID',
  'PAUSED',
  'PAYPAL',
  'PAYPAL_CANCELLING',
  'PAYPAL_ENDED_THERE',
] as const
type State = (typeof STATES)[number]

/** States that a subscription reaches by time, in this order. */
const REACHED: Partial<Record<State, string>> = {
  PAUSED: '2026-01-29T12:00:00Z',
  PAST_DUE: '2026-02-15T12:00:00Z',
  UNPAID: '2026-02-26T12:00:00Z',
}

/** `npm run test:long -- named-remedies` tries all of them. */
const CASES = sampleOf(
  STATES.flatMap((state) => Object.keys(OPERATIONS).map((operation) => ({ state, operation }))),
  24,
)

let serial = 0

describe(`Remedies of denials (${SAMPLE})`, () => {
  let server: TestServer
  let folder: string
  /** A buyer in each state for each operation: trying a remedy changes the state. */
  const buyers = new Map<string, Buyer>()

  const send = async (token: string, mutation: string, variables: object): Promise<Payload['denial']> => {
    const given = { ...variables, key: `remedy-${++serial}` }
    const { data, errors } = await server.graphql<Record<string, Outcome>>(remedyText(mutation), given, token)
    if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
    return payloadOf(data[mutation]!).denial
  }
  const call = (token: string, mutation: string, values = OPERATIONS[mutation]!): Promise<Payload['denial']> =>
    send(token, mutation, variablesOf(mutation, values))

  const bring = async (state: State, buyer: Buyer): Promise<void> => {
    if (state === 'NONE') return
    if (state.startsWith('PAYPAL')) {
      await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0, provider: 'PAYPAL' })
      if (state === 'PAYPAL_CANCELLING') await call(buyer.token, 'cancelSubscription')
      if (state !== 'PAYPAL_ENDED_THERE') return
      const [row] = await subscriptionOf(buyer)
      const there = { externalId: row!.externalId, at: 'NOW' as const, reason: null, idempotencyKey: buyer.email }
      await server.app.context.providers.PAYPAL!.endSubscription(there)
      await eventually(
        () => subscriptionOf(buyer),
        ([seen]) => seen!.cancelAt !== null,
      )
      return
    }
    const trialDays = state === 'TRIALING' || state === 'PAUSED' ? 14 : 0
    const plan = state === 'PLANNED' ? 'business' : 'professional'
    const withoutCard = state === 'PAUSED'
    const { customerId } = await subscribe(server, buyer.email, {
      plan,
      withoutCard,
      ...(plan === 'business' ? {} : { trialDays }),
    })
    if (state === 'CANCELLING') await call(buyer.token, 'cancelSubscription')
    if (state === 'PLANNED') await call(buyer.token, 'changePlan', { plan: 'professional' })
    if (state === 'PAST_DUE' || state === 'UNPAID')
      await server.sandboxControl('POST', 'payments/fail-next', { customer: customerId, times: 9 })
  }

  const subscriptionOf = (buyer: Buyer) =>
    server
      .query<{ external_id: string; status: string; cancel_at: Date | null }>(
        `select s.external_id, s.status, s.cancel_at from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
        [buyer.email],
      )
      .then((rows) => rows.map((row) => ({ externalId: row.external_id, status: row.status, cancelAt: row.cancel_at })))

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'agileforge.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8')
    writeFileSync(
      catalog,
      text.replace('\nnear_limit:', `\ntrials: { card: optional, without_card: pause }\nnear_limit:`),
    )
    server = await startTestServer({ env: { CATALOG: catalog } })
    await server.sandboxControl('POST', 'settings', { dunning: { retryDays: [3], end: 'unpaid' } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('works in every state, for every operation', async () => {
    for (const { state, operation } of CASES) {
      const buyer = await Buyer.named(server, `${state}-${operation}@example.com`.toLowerCase())
      await bring(state, buyer)
      buyers.set(`${state} ${operation}`, buyer)
    }
    const later = Object.keys(REACHED) as State[]
    const broken = await tryAll(STATES.filter((state) => !later.includes(state)))
    for (const state of later) {
      await server.advanceTo(REACHED[state]!)
      for (const { operation } of CASES.filter((one) => one.state === state)) {
        const [row] = await subscriptionOf(buyers.get(`${state} ${operation}`)!)
        await syncSubscription(server.app.context, server.app.context.providers.STRIPE!, row!.externalId)
        expect((await subscriptionOf(buyers.get(`${state} ${operation}`)!))[0]!.status).toBe(state)
      }
      broken.push(...(await tryAll([state])))
    }
    expect(broken).toEqual([])
  })

  const tryAll = async (states: readonly State[]): Promise<string[]> => {
    const broken: string[] = []
    for (const { state, operation } of CASES.filter((one) => states.includes(one.state))) {
      const name = `${state} ${operation}`
      broken.push(...(await tryRemedies(name, buyers.get(name)!, operation)))
    }
    return broken
  }

  const tryRemedies = async (name: string, buyer: Buyer, operation: string): Promise<string[]> => {
    const denied = await call(buyer.token, operation)
    const broken: string[] = []
    for (const { mutation, input } of denied?.remedies ?? []) {
      if (!mutation || !input) continue
      const outcome = await send(buyer.token, mutation, input)
      if (outcome) broken.push(`${name}: ${denied!.code} names ${mutation}, which answers ${outcome.code}`)
    }
    return broken
  }
})

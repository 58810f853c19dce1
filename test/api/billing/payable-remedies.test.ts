import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { variablesOf } from '#test/support/mutations.js'
import { isSendable, payloadOf, remedyText, STEP, type Outcome, type Step } from '#test/support/remedy-program.js'
import { stripeCall, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: payable-remedies
currency: USD
dunning: { grace: 7d }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  disks: { name: Disks, kind: limit, unit: disk }
plans:
  free: { name: Free, rank: 0 }
  grow:
    name: Grow
    rank: 1
    prices: { month: 10.00 }
    overage_threshold: 20.00
    features:
      calls: { amount: 10, overage: { price: 0.03, cap: 100000 } }
      disks: 1
  large:
    name: Large
    rank: 2
    prices: { month: 30.00 }
    features:
      calls: { amount: 20, overage: { price: 0.03, cap: 100000 } }
      disks: 2
packages:
  more_disks: { name: More disks, type: addon, prices: { month: 5.00 }, grants: { disks: 1 } }
`

interface Denial {
  readonly code: string
  readonly message: string
  readonly remedies: readonly Step[]
}

describe('Remedies that pay an invoice', () => {
  let server: TestServer
  let operator: string
  let service: EntitlementService
  let serial = 0
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-payable-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const someone = () => subscribe(server, `${randomUUID()}@example.com`, { plan: 'grow' })
  const declines = ({ customerId: customer }: Subscriber) =>
    server.sandboxControl('POST', 'payments/fail-next', { customer, times: 40 })
  const send = async ({ token }: Subscriber, mutation: string, variables: object) => {
    const { data, errors } = await server.graphql<Record<string, Outcome>>(
      remedyText(mutation),
      { ...variables, key: `payable-${++serial}` },
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return payloadOf(data[mutation]!)
  }
  const use = async (
    { accountId, token }: Pick<Subscriber, 'accountId' | 'token'>,
    amount: number,
  ): Promise<Partial<Denial>> => {
    const { data, errors } = await server.graphql<{ check: { denial: Denial | null } }>(
      `query ($amount: SafeInt!) { check(feature: "calls", amount: $amount, accountId: "${accountId}") { denial { code message remedies { ${STEP} } } } }`,
      { amount },
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    if (data.check.denial) return data.check.denial
    expect(await service.consume({ accountId, feature: 'calls', amount })).toMatchObject({ amount })
    return {}
  }
  /** Denials of everything that an unpaid period ends. */
  const denialsOf = async (person: Subscriber, amount = 1_000): Promise<Denial[]> => {
    const denied = async (mutation: string, values: object) =>
      (await send(person, mutation, variablesOf(mutation, values))).denial
    return [
      await use(person, amount),
      await denied('changePlan', { plan: 'large', at: 'NOW' }),
      await denied('addAddon', { package: 'more_disks' }),
      await denied('startSubscription', { provider: 'STRIPE', plan: 'large' }),
    ].filter((denial) => denial?.code !== undefined) as Denial[]
  }
  const pay = async (url: string) => {
    const body = new URLSearchParams({ number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ada' })
    return (await fetch(url, { method: 'POST', redirect: 'manual', body })).status
  }
  const untilUsed = (person: Subscriber) =>
    eventually(
      () => use(person, 1),
      ({ code }) => code === undefined,
      20_000,
    )
  const untilHold = (person: Subscriber, reason: string | null) =>
    eventually(
      () =>
        server.query<{ reason: string | null }>(`select overage_end_reason as reason from account where id = $1`, [
          person.accountId,
        ]),
      ([row]) => row!.reason === reason,
      20_000,
    )
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }

  it('can be carried out while the invoice of the period is open or written off, and are missing if it is void', async () => {
    const people = {
      open: await someone(),
      mark_uncollectible: await someone(),
      void: await someone(),
    }
    for (const person of Object.values(people)) await declines(person)
    await server.advanceTo('2026-04-05T12:00:00Z')
    for (const person of Object.values(people)) await untilHold(person, 'PERIOD_UNPAID')
    for (const how of ['mark_uncollectible', 'void'] as const) {
      const { latest_invoice: invoice } = await stripeObject<{ latest_invoice: string }>(
        server,
        `subscriptions/${people[how].externalId}`,
      )
      await stripeCall(server, 'POST', `invoices/${invoice}/${how}`)
      const { status } = await stripeObject<{ status: string }>(server, `subscriptions/${people[how].externalId}`)
      expect(status).toBe('active')
    }
    await untilHold(people.void, 'PERIOD_VOIDED')
    await untilQuiet(server)
    await server.sandboxControl('DELETE', 'payments/fail-next')

    for (const how of ['open', 'mark_uncollectible'] as const) {
      const denials = await denialsOf(people[how])
      expect(denials).toHaveLength(4)
      const pages = denials.map(({ remedies }) => remedies.find(({ kind }) => kind === 'PAY_INVOICE')?.url)
      expect([...new Set(pages)]).toEqual([expect.stringMatching(/^http/)])
      expect(await pay(pages[0]!)).toBe(303)
      await untilHold(people[how], null)
      await untilUsed(people[how])
      await untilQuiet(server)
      expect(
        (await send(people[how], 'changePlan', variablesOf('changePlan', { plan: 'large', at: 'NOW' }))).denial,
      ).toBeNull()
    }

    const denials = await denialsOf(people.void)
    expect(denials.map(({ message }) => message)).toEqual([
      'The invoice of the running period was voided, so Calls has no more until another one is paid: 10 left of the allowance, 1,000 requested.',
      ...Array.from(
        { length: 2 },
        () =>
          'The subscription is past due, because the invoice of its period was voided. Cancel it immediately and subscribe again, or wait until the next invoice is paid.',
      ),
      expect.stringContaining('already'),
    ])
    for (const { remedies } of denials) {
      expect(remedies.filter(({ kind }) => kind === 'PAY_INVOICE')).toEqual([])
      expect(remedies.find(isSendable)).toMatchObject({ mutation: 'cancelSubscription' })
    }
    const [cancel] = denials[0]!.remedies.filter(isSendable)
    expect((await send(people.void, cancel!.mutation!, cancel!.input!)).denial).toBeNull()
    await subscribe(server, people.void.email, { plan: 'grow' })
    await untilHold(people.void, null)
    expect((await use(people.void, 100)).code).toBeUndefined()
    await noDrift()
  })

  it('are missing after the invoice at a threshold was voided, because use is possible again', async () => {
    const person = await someone()
    await declines(person)
    expect((await use(person, 800)).code).toBeUndefined()
    await untilHold(person, 'OVERAGE_UNPAID')
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 8 * 86_400_000).toISOString())
    const { remedies = [] } = await use(person, 1)
    expect(remedies.find(({ kind }) => kind === 'PAY_INVOICE')?.url).toMatch(/^http/)
    // The page shows who pays, which a key for all accounts needs a scope for.
    const { accountId } = person
    for (const [scopes, page] of [
      [['entitlements:read'], null],
      [['entitlements:read', 'accounts:read'], expect.stringMatching(/^http/)],
    ] as const) {
      const denial = await use({ accountId, token: await server.serviceKey([...scopes]) }, 1)
      expect(denial.remedies?.find(({ kind }) => kind === 'PAY_INVOICE')?.url).toEqual(page)
    }
    const [open] = await server.query<{ external_id: string }>(
      `select external_id from invoice where account_id = $1 and status = 'OPEN'`,
      [person.accountId],
    )
    await stripeCall(server, 'POST', `invoices/${open!.external_id}/void`)
    await untilHold(person, null)
    expect((await use(person, 1)).code).toBeUndefined()
    await server.sandboxControl('DELETE', 'payments/fail-next')
    await noDrift()
  })

  it('show the page that confirms a change to callers that may know who pays', async () => {
    const person = await subscribe(server, `${randomUUID()}@example.com`, { plan: 'grow', card: '4000002760003184' })
    expect(await send(person, 'changePlan', variablesOf('changePlan', { plan: 'large', at: 'NOW' }))).toBeDefined()
    const { accountId } = person
    for (const [scopes, shows] of [
      [['entitlements:write', 'billing:write'], false],
      [['entitlements:write', 'billing:write', 'accounts:read'], true],
    ] as const) {
      const token = await server.serviceKey([...scopes])
      const change = variablesOf('changePlan', { accountId, plan: 'large', at: 'NOW' })
      const { code, remedies } = (await send({ ...person, token }, 'changePlan', change)).denial!
      expect([code, remedies.map(({ kind, url }) => [kind, url !== null])]).toEqual([
        'SUBSCRIPTION_CONFLICT',
        [['CONTINUE_CHECKOUT', shows]],
      ])
      const { status, body } = await server.rest('POST', '/api/v1/billing/change-plan', {
        token,
        body: { account_id: accountId, plan: 'large', at: 'now', idempotency_key: `rest-${shows}` },
      })
      expect([status, JSON.stringify(body).includes('upgrade_url')]).toEqual([409, false])
      expect(JSON.stringify(body).includes('http')).toBe(shows)
    }
  })
})

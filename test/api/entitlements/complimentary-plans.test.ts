import { dayText } from '#services/kernel/text/readable.js'
import { variablesOf } from '#test/support/mutations.js'
import { Account, AccountCompedPlans } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { figures } from '#test/support/analytics.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Comped {
  readonly plan: { readonly code: string }
  readonly endsAt: string
  readonly reason: string
  readonly next: { readonly code: string }
}
interface AccountWithComps {
  readonly plan: { readonly complimentary: boolean; readonly plan: { readonly code: string } }
  readonly usage: { readonly compedPlans: readonly Comped[] }
}
interface Answer extends Partial<AccountWithComps> {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
  readonly issues?: readonly { readonly path: readonly string[] }[]
}

const FIELDS =
  'plan { complimentary plan { code } } usage { compedPlans { plan { code } endsAt reason next { code } } }'
const COMP = `mutation ($input: SetTermsInput!, $key: String!) {
  setTerms(input: $input, key: $key) { account { __typename ${FIELDS} } denial { __typename code message issues { path } } }
}`

// AgileForge: Starter is free, Professional costs 10 dollars and Business 18 dollars a month.
describe('Complimentary plans', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const newAccount = async (name: string) => {
    const token = await server.token(`${name}@example.com`)
    return { token, accountId: await accountIdOf(server, token) }
  }
  const inDays = (days: number) => new Date(server.app.context.clock.now().getTime() + days * 86_400_000).toISOString()
  const comp = async (input: Record<string, unknown>, token = admin) =>
    (
      await server.graphql<{ setTerms: Answer }>(
        COMP,
        variablesOf('setTerms', {
          plan: 'business',
          endsAt: inDays(30),
          reason: 'Partner',
          key: randomUUID(),
          ...input,
        }),
        token,
      )
    ).data.setTerms
  const accountOf = async (token: string) => (await server.graphql(Account, {}, token)).data.account!
  const eventsOf = async (token: string, types: readonly string[]) =>
    (
      await server.graphql<{
        account: { billing: { events: { nodes: { type: string; data: Record<string, unknown> }[] } } }
      }>(
        `query ($types: [String!]) { account { billing { events(types: $types) { nodes { type data } } } } }`,
        { types },
        token,
      )
    ).data.account.billing.events.nodes

  it('gives a paid plan until its end, with a notice, and then the default plan follows', async () => {
    const { token, accountId } = await newAccount('partner')
    const until = inDays(30)
    expect(await comp({ accountId, endsAt: until })).toMatchObject({
      __typename: 'Account',
      plan: { complimentary: true, plan: { code: 'business' } },
      usage: {
        compedPlans: [{ plan: { code: 'business' }, endsAt: until, reason: 'Partner', next: { code: 'starter' } }],
      },
    })
    await server.advanceTo(inDays(24))
    const [notice] = await eventually(
      () => eventsOf(token, ['plan.comp_ending']),
      (events) => events.length === 1,
    )
    expect(notice!.data).toMatchObject({ plan: 'business', until, next: 'starter' })
    const mails = await server.query<{ subject: string }>(`select subject from mail_message where account_id = $1`, [
      accountId,
    ])
    expect(mails.map(({ subject }) => subject)).toEqual([
      `Business is free of charge until ${dayText(new Date(until))}`,
    ])
    await server.advanceTo(new Date(Date.parse(until) - 1000).toISOString())
    expect((await accountOf(token)).plan).toMatchObject({ complimentary: true, plan: { code: 'business' } })
    await server.advanceTo(until)
    expect(await accountOf(token)).toMatchObject({
      plan: { complimentary: false, plan: { code: 'starter' } },
      usage: { compedPlans: [] },
    })
    await eventually(
      () => eventsOf(token, ['plan.expired']),
      (events) => events.length === 1,
    )
    expect(await eventsOf(token, ['plan.comp_ending'])).toHaveLength(1)
    await expectInvariants(server)
  })

  it('holds again until its own end if the paid subscription that followed it is canceled', async () => {
    const { token, accountId } = await newAccount('returning')
    const until = inDays(60)
    await comp({ accountId, endsAt: until })
    const ann = await subscribe(server, 'returning@example.com', { plan: 'business' })
    const planOf = async () => (await accountOf(token)).plan
    expect(await planOf()).toMatchObject({ complimentary: false, plan: { code: 'business' } })
    await change(server, ann, 'cancelSubscription', { at: 'NOW' })
    await eventually(planOf, ({ complimentary }) => complimentary)
    expect(await planOf()).toMatchObject({ complimentary: true, plan: { code: 'business' } })
    expect((await accountOf(token)).usage!.compedPlans).toMatchObject([{ endsAt: until }])
    const [assignment] = await server.query<{ id: string }>(
      `select id from plan_assignment where account_id = $1 and source_type = 'comped' and ended_at is null`,
      [accountId],
    )
    const { id } = assignment!
    const node = async (reader: string) =>
      (await server.graphql('query ($id: ID!) { node(id: $id) { id ... on CompedPlan { endsAt } } }', { id }, reader))
        .data
    expect(await node(token)).toEqual({ node: { id, endsAt: until } })
    expect(await node(await server.token('no-member@example.com'))).toEqual({ node: null })
    await server.advanceTo(new Date(Date.parse(until) + 60_000).toISOString())
    expect(await planOf()).toMatchObject({ complimentary: false, plan: { code: 'starter' } })
    await expectInvariants(server)
  })

  it('is above a paid subscription, which follows it, and nothing is charged for it', async () => {
    const ann = await subscribe(server, 'paying@example.com', { plan: 'professional', trialDays: 0 })
    const paid = () =>
      server.query(`select id, amount_minor from purchase where account_id = $1 order by id`, [ann.accountId])
    const before = await eventually(paid, (rows) => rows.length === 1)
    expect(await comp({ accountId: ann.accountId, endsAt: inDays(10) })).toMatchObject({
      plan: { complimentary: true, plan: { code: 'business' } },
      usage: { compedPlans: [{ next: { code: 'professional' } }] },
    })
    const comped = await figures(server, admin, {
      metrics: ['COMPED_ACCOUNTS', 'COMPED_UNITS', 'COMPED_LIST_PRICE'],
      interval: 'RANGE',
    })
    expect(comped.map(({ groups, total, currency }) => [groups['PLAN'], total, currency])).toEqual([
      ['business', 1, null],
      ['business', 1, null],
      ['business', '18.00', 'USD'],
    ])
    expect(await figures(server, admin, { metrics: ['MRR'] })).toMatchObject([{ total: '10.00' }])
    // An upgrade changes the running subscription, also while a complimentary plan is above it.
    const changed = await change(server, ann, 'changePlan', { plan: 'business', at: 'PERIOD_END' })
    expect(changed.code).toBeUndefined()
    await server.advanceTo(inDays(10))
    expect((await accountOf(ann.token)).plan.complimentary).toBe(false)
    expect((await accountOf(ann.token)).usage!.compedPlans).toEqual([])
    expect(await paid()).toEqual(before)
    await expectInvariants(server)
  })

  it('refuses a plan that has no effect, and reports every problem of the input', async () => {
    const bob = await subscribe(server, 'business@example.com', { plan: 'business' })
    expect(await comp({ accountId: bob.accountId })).toMatchObject({ code: 'ALREADY_INCLUDED' })
    expect(await comp({ accountId: bob.accountId, plan: 'professional' })).toMatchObject({ code: 'ALREADY_INCLUDED' })
    const wrong = await comp({
      accountId: bob.accountId,
      plan: 'starter',
      endsAt: '2020-01-01T00:00:00Z',
      reason: ' ',
    })
    expect(wrong.issues?.map(({ path }) => path.join('.'))).toEqual(['plan', 'endsAt', 'reason'])
    const denied = await server.graphql(
      COMP,
      { input: { accountId: bob.accountId, plan: 'business', endsAt: inDays(1), reason: 'x' }, key: 'mine' },
      bob.token,
    )
    expect(denied.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  })

  it('happens once per key, and other accounts see nothing', async () => {
    const { token, accountId } = await newAccount('once')
    const stranger = await newAccount('stranger')
    const input = { accountId, plan: 'business', endsAt: inDays(40), idempotencyKey: 'comp-once' }
    const answers = await Promise.all(Array.from({ length: 4 }, () => comp(input)))
    for (const answer of answers) expect(answer.code).toBeUndefined()
    expect((await comp({ ...input, endsAt: inDays(41) })).code).toBe('IDEMPOTENCY_MISMATCH')
    expect(await eventsOf(token, ['plan.comped'])).toHaveLength(1)
    expect((await accountOf(stranger.token)).usage!.compedPlans).toEqual([])
    const { data } = await server.graphql(AccountCompedPlans, { account: accountId }, stranger.token)
    expect(data.account).toBeNull()
  })

  it('has at most one complimentary plan of a group after random calls, and exactly the last one', async () => {
    const { token, accountId } = await newAccount('random')
    const random = createSeededRandom(2711)
    const below = (bound: number) => Math.floor(random.next() * bound)
    let expected: { code: string; until: string } | null = null
    for (let step = 0; step < 25; step++) {
      if (below(4) === 0) {
        const plan: string = expected?.code ?? 'business'
        const { data } = await server.graphql<{ endTerms: Answer }>(
          `mutation ($accountId: ID!, $key: String!, $plan: String!, $reason: String!) { endTerms(accountId: $accountId, key: $key, plan: $plan, reason: $reason) { denial { code } } }`,
          { accountId, plan, reason: 'random', key: randomUUID() },
          admin,
        )
        expect(data.endTerms.code).toBe(expected ? undefined : 'INVALID_TRANSITION')
        expected = null
      } else {
        const plan = below(2) === 0 ? 'professional' : 'business'
        const until = inDays(1 + below(200))
        expect((await comp({ accountId, plan, endsAt: until })).code).toBeUndefined()
        expected = { code: plan, until }
      }
      const { plan, usage } = await accountOf(token)
      expect(plan.plan.code).toBe(expected?.code ?? 'starter')
      expect(usage!.compedPlans.map((one) => ({ code: one.plan.code, until: one.endsAt }))).toEqual(
        expected ? [expected] : [],
      )
    }
    await expectInvariants(server)
  })
})

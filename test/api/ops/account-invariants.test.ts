import { allDeclared } from '#modules/all-declarations.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { entitlementService, grantTestCredits } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Found {
  name: string
  ok: boolean
  checkedCount: number
  counterexample: Record<string, unknown> | null
}

describe('invariants of an account', () => {
  let server: TestServer
  let ann: string
  let bob: string
  let annId: string
  let bobId: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await server.token('ann@example.com')
    bob = await server.token('bob@example.com')
    ;[annId, bobId] = (await Promise.all([ann, bob].map(accountOf))) as [string, string]
    await buyPlan(server, ann, 'professional')
    await grantTestCredits(server, annId, 'ai_stories', 10)
    await grantTestCredits(server, bobId, 'ai_stories', 10)
    const service = await entitlementService(server)
    for (const accountId of [annId, bobId]) await service.consume({ accountId, feature: 'ai_stories', amount: 2 })
  })
  afterAll(() => server.close())

  const accountOf = (token: string): Promise<string> => accountIdOf(server, token)
  const ask = async (token: string | null, accountId: string | null = null) =>
    (
      await server.graphql<{ account: { usage: { invariants: Found[] } } | null }>(
        `query ($id: ID) { account(id: $id) { usage { invariants { name ok checkedCount counterexample } } } }`,
        { id: accountId },
        token,
      )
    ).data.account?.usage.invariants ?? null

  it('are returned to the owner, with the number of objects of this account', async () => {
    const found = (await ask(ann))!
    expect(found.map(({ name }) => name)).toEqual(allDeclared.invariants.accountRules.map(({ name }) => name))
    expect(found.filter(({ ok }) => !ok)).toEqual([])
    const checked = (name: string) => found.find((rule) => rule.name === name)!.checkedCount
    expect(checked('account_version_is_its_last_event')).toBe(1)
    expect(checked('ledger_sums_to_grants')).toBe(1)
    expect(checked('one_live_plan_per_group')).toBe(1)
  })

  it('are returned to operators, and are null for others', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    expect(await ask(operator, annId)).toHaveLength(allDeclared.invariants.accountRules.length)
    expect(await ask(bob, annId)).toBeNull()
    expect(await ask(null, annId)).toBeNull()
  })

  it('show a broken rule to its account only, and no data of others', async () => {
    await server.query(`update credit_grant set used = used + 1 where account_id = $1`, [annId])
    const broken = (found: Found[] | null) => found!.filter(({ ok }) => !ok).map(({ name }) => name)
    const own = await ask(ann)
    expect(broken(own)).toContain('ledger_sums_to_grants')
    expect(JSON.stringify(own)).not.toContain(bobId)
    expect(broken(await ask(bob))).toEqual([])
    await server.query(`update credit_grant set used = used - 1 where account_id = $1`, [annId])
  })

  it('leave out only rules of the installation', () => {
    const left = allDeclared.invariants.rules
      .filter(({ name }) => !allDeclared.invariants.accountRules.some((rule) => rule.name === name))
      .map(({ name }) => name)
    expect(left.toSorted()).toEqual([
      'events_belong_to_their_account',
      'journal_entries_sum_to_zero',
      'money_matches_provider',
      'only_published_templates_are_listed',
      'prices_are_of_their_version',
      'reads_were_taken',
      'subscriptions_have_one_account',
    ])
  })

  it('give the same result as the rules for all accounts', async () => {
    const { database, catalog } = server.app.context
    const found = await allDeclared.invariants.checkAccount(database, catalog.current(), annId)
    expect(found.filter(({ ok }) => !ok)).toEqual([])
  })
})

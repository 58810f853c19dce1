import { requestDeployment, rowCounts } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Check {
  readonly allowed: boolean
  readonly entitlement: { limit: number | null; used: number; remaining: number | null; revision: number } | null
  readonly denial: { code: string; __typename: string; used?: number; limit?: number } | null
  readonly explain: string[]
}

const FIELDS = `allowed explain entitlement { limit used remaining revision }
  denial { __typename code quantity { used { units } limit { units } } remedies { url } currentPlan { code } }`
const CHECK = `query ($account: ID, $feature: String!, $amount: SafeInt) {
  check(accountId: $account, feature: $feature, amount: $amount) { ${FIELDS} }
}`
const CHECKS = `query ($requests: [CheckInput!]!) { checks(requests: $requests) { ${FIELDS} } }`

describe('check and checks', () => {
  let server: TestServer
  let token: string
  const statements: string[] = []
  const accounts: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
    token = await server.token('ann@example.com')
    for (let index = 0; index < 20; index++) {
      const other = await server.token(`customer${index}@example.com`)
      accounts.push(await accountIdOf(server, other))
    }
    await requestDeployment(server, token)
  })
  afterAll(() => server.close())

  const check = async (variables: object, as = token) =>
    server.graphql<{ check: Check }>(CHECK, { feature: 'deployments', ...variables }, as)
  const checks = async (requests: object[], as = token) => server.graphql<{ checks: Check[] }>(CHECKS, { requests }, as)
  /** Statements of a call: the minimum of several tries, because background workers also send statements. */
  const counted = async (call: () => Promise<unknown>) => {
    await call()
    const tries: string[][] = []
    for (let attempt = 0; attempt < 5; attempt++) {
      statements.length = 0
      await call()
      tries.push(
        statements.filter(
          (text) =>
            !/lease_token|stream_event|pg_notify|from "?(?:command|agent|compose_agent)|agent_nonce|inbox_event|_daily|analytics|subscriber_period|plan_assignment a join billing_subscription/.test(
              text,
            ),
        ),
      )
    }
    return tries.toSorted((left, right) => left.length - right.length)[0]!
  }

  it('returns the entitlement, the explanation, and remedies for a denial', async () => {
    const { data } = await check({})
    expect(data.check).toMatchObject({
      allowed: false,
      entitlement: { limit: 1, used: 1, remaining: 0 },
      denial: {
        __typename: 'Denial',
        code: 'LIMIT_REACHED',
        quantity: { used: { units: 1 }, limit: { units: 1 } },
        remedies: expect.arrayContaining([{ url: `${server.url}/billing/start` }]) as unknown,
        currentPlan: { code: 'free' },
      },
    })
    expect(data.check.explain.length).toBeGreaterThan(1)
    expect((await check({ feature: 'managed_servers' })).data.check).toMatchObject({ allowed: true, denial: null })
    expect((await check({ feature: 'teleport' })).data.check).toMatchObject({
      allowed: false,
      entitlement: null,
      denial: { code: 'NOT_FOUND' },
    })
    expect((await check({ feature: 'managed_servers', amount: 0 })).data.check.denial?.code).toBe('INVALID_AMOUNT')
    expect((await check({ feature: 'managed_servers', amount: 2 })).data.check.denial?.code).toBe('LIMIT_REACHED')
  })

  it('uses an amount of one if it is missing', async () => {
    const [one, none] = [await check({ amount: 1 }), await check({})]
    expect(none.data).toEqual(one.data)
  })

  it('returns many results in request order', async () => {
    const { data } = await checks([
      { feature: 'managed_servers' },
      { feature: 'deployments' },
      { feature: 'teleport' },
      { feature: 'managed_servers', amount: 9 },
    ])
    expect(data.checks.map(({ allowed }) => allowed)).toEqual([true, false, false, false])
  })

  it('uses one statement for one check and one for forty checks of twenty accounts', async () => {
    const key = await server.serviceKey(['entitlements:read'])
    expect(await counted(() => check({}))).toHaveLength(1)
    expect(await counted(() => check({ account: accounts[0] }, key))).toHaveLength(1)
    const requests = accounts.flatMap((accountId) => [
      { accountId, feature: 'deployments' },
      { accountId, feature: 'managed_servers' },
    ])
    expect(await counted(() => checks(requests, key))).toHaveLength(1)
    const references = accounts.map((_, index) => ({
      accountId: `person:customer${index}@example.com`,
      feature: 'deployments',
    }))
    expect(await counted(() => checks(references, key))).toHaveLength(1)
    const { data } = await checks([...requests, ...references], key)
    expect(data.checks.every(({ allowed }) => allowed)).toBe(true)
  })

  it('allows a hundred checks per call', async () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ feature: 'deployments' }))
    expect((await checks(many(100))).data.checks).toHaveLength(100)
    expect((await checks(many(101))).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['requests'] }],
    })
    expect((await checks([])).data.checks).toEqual([])
  })

  it('is null for an account of another owner, and writes nothing', async () => {
    const before = await rowCounts(server)
    const answer = await checks([{ feature: 'deployments' }, { accountId: accounts[0], feature: 'deployments' }])
    expect(answer).toMatchObject({ data: { checks: [expect.objectContaining({ allowed: false }), null] } })
    expect(await check({ account: accounts[0] })).toMatchObject({ data: { check: null } })
    expect(await rowCounts(server)).toEqual(before)
  })

  it("returns the same entitlement in the account's list, now and at another time", async () => {
    const { data } = await server.graphql<{
      account: { usage: { now: { used: number }; before: { used: number }; none: null } }
    }>(
      `{ account { usage { now: entitlement(feature: "deployments") { used }
        before: entitlement(feature: "deployments", asOf: "2026-01-15T09:59:59Z") { used } none: entitlement(feature: "teleport") { used } } } }`,
      {},
      token,
    )
    expect(data.account.usage).toEqual({ now: { used: 1 }, before: { used: 0 }, none: null })
  })
})

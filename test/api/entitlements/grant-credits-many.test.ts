import { expectInvariants } from '#test/support/invariants.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const GRANT = `mutation ($grants: [GrantCreditsInput!]!, $key: String!) {
  grantCreditsMany(grants: $grants, key: $key) { creditGrant { amount } denial { code issues { path } } }
}`

describe('Credits that an operator grants to several accounts', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const grantCreditsMany = (accountIds: string[], change: object = {}, as = operator, key = 'outage') =>
    server.graphql<{ grantCreditsMany: object[] }>(
      GRANT,
      {
        grants: accountIds.map((accountId) => ({
          accountId,
          feature: 'ai_stories',
          amount: 50,
          reason: 'Outage',
          ...change,
        })),
        key,
      },
      as,
    )

  it('are granted once per account and key, and unknown accounts are denied on their own', async () => {
    const [ann, bob, carl] = [await newAccount(server), await newAccount(server), await newAccount(server)]
    const granted = { amount: 50 }
    const unknown = { code: 'INVALID_PARAMETERS', issues: [{ path: ['grants', '1', 'accountId'] }] }
    const { data } = await grantCreditsMany([ann, 'acc_none', bob])
    expect(data.grantCreditsMany).toEqual([granted, unknown, granted])
    // A repeated call grants only to the account that has no grant yet.
    const again = await grantCreditsMany([ann, 'acc_none', bob, carl])
    expect(again.data.grantCreditsMany).toEqual([granted, unknown, granted, granted])
    const rows = await server.query(`select account_id, amount::int from credit_grant order by account_id`)
    expect(rows).toEqual([ann, bob, carl].toSorted().map((id) => ({ account_id: id, amount: 50 })))
    await expectInvariants(server)
  })

  it('are denied with every problem, of a grant or of the list', async () => {
    const ann = await newAccount(server)
    const wrong = { feature: 'teleport', amount: 0, validForDays: 0, reason: ' ' }
    const one = await grantCreditsMany(['acc_none'], wrong)
    const paths = ['accountId', 'feature', 'amount', 'validForDays', 'reason'].map((name) => ['grants', '0', name])
    expect(one.data.grantCreditsMany).toEqual([{ code: 'INVALID_PARAMETERS', issues: paths.map((path) => ({ path })) }])
    const twice = await grantCreditsMany([ann, ann], {}, operator, '')
    const denial = { code: 'INVALID_PARAMETERS', issues: [{ path: ['grants'] }, { path: ['key'] }] }
    expect(twice.data.grantCreditsMany).toEqual([denial, denial])
  })

  it('require an operator', async () => {
    const ann = await newAccount(server, 'ann@example.com')
    const customer = await server.token('ann@example.com')
    const { errors } = await grantCreditsMany([ann], {}, customer)
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})

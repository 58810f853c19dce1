import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('compedPlans', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  it('counts running complimentary plans with their list price, as a query and as a file', async () => {
    for (const [name, plan, quantity] of [
      ['ann', 'professional', 1],
      ['bob', 'business', 1],
      ['eve', 'business', 1],
    ] as const) {
      const token = await server.token(`${name}@example.com`)
      const accountId = await accountIdOf(server, token)
      await server.graphql(
        `mutation ($input: CompPlanInput!) { compPlan(input: $input) { __typename } }`,
        {
          input: {
            accountId,
            plan,
            quantity,
            until: '2031-01-01T00:00:00Z',
            reason: 'x',
            idempotencyKey: name,
          },
        },
        admin,
      )
    }
    const { data } = await server.graphql<{ compedPlans: object[] }>(
      `{ compedPlans { plan { code } accountCount quantity listPerMonth { decimal } } recurringRevenue { arr { decimal } } }`,
      {},
      admin,
    )
    expect(data).toEqual({
      compedPlans: [
        { plan: { code: 'professional' }, accountCount: 1, quantity: 1, listPerMonth: { decimal: '10.00' } },
        { plan: { code: 'business' }, accountCount: 2, quantity: 2, listPerMonth: { decimal: '36.00' } },
      ],
      recurringRevenue: [],
    })
    const file = await fetch(`${server.url}/api/v1/analytics/comped-plans.csv`, {
      headers: { authorization: `Bearer ${admin}` },
    })
    expect((await file.text()).trim().split(/\r?\n/)).toEqual([
      'plan,accounts,quantity,list_per_month,currency',
      'professional,1,1,10.00,USD',
      'business,2,2,36.00,USD',
    ])
  })
})

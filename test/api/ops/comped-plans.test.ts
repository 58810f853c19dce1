import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { figures } from '#test/support/analytics.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('figures of complimentary plans', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  it('counts running complimentary plans with their list price, by plan and as a file', async () => {
    for (const [name, plan, quantity] of [
      ['ann', 'professional', 1],
      ['bob', 'business', 1],
      ['eve', 'business', 1],
    ] as const) {
      const token = await server.token(`${name}@example.com`)
      const accountId = await accountIdOf(server, token)
      await server.graphql(
        `mutation ($input: SetTermsInput!, $key: String!) { setTerms(input: $input, key: $key) { denial { code } } }`,
        {
          input: { accountId, plan, quantity, endsAt: '2031-01-01T00:00:00Z', reason: 'x' },
          key: name,
        },
        admin,
      )
    }
    const comped = await figures(server, admin, {
      metrics: ['COMPED_ACCOUNTS', 'COMPED_UNITS', 'COMPED_LIST_PRICE'],
      interval: 'RANGE',
    })
    expect(comped.map(({ groups, total }) => [groups['PLAN'], total])).toEqual([
      ['professional', 1],
      ['professional', 1],
      ['professional', '10.00'],
      ['business', 2],
      ['business', 2],
      ['business', '36.00'],
    ])
    expect(await figures(server, admin, { metrics: ['ARR'] })).toEqual([])
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

import { operatorList } from '#test/support/operator-list.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Listed {
  readonly account: { readonly externalId: string }
}
const names = (nodes: readonly Listed[]) => nodes.map(({ account }) => account.externalId.split('@')[0])

describe('subscriptions', () => {
  const seen: string[] = []
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await subscribe(server, 'ann@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'basic' })
    await change(server, bob, 'cancelSubscription', { at: 'NOW' })
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await change(server, carl, 'cancelSubscription')
    await server.advanceTo('2026-01-20T00:00:00Z')
    await subscribe(server, 'dora@example.com', { plan: 'basic' })
  })
  afterAll(() => server.close())

  it('lists subscriptions by status, plan, provider, account and scheduled end, in both orders', async () => {
    const list = operatorList<Listed>(server, operator, 'subscriptions', 'id account { externalId }')
    expect(names(await list.all())).toEqual(['dora', 'carl', 'bob', 'ann'])
    expect(names(await list.all('orderBy: PERIOD_END'))).toEqual(['bob', 'carl', 'dora', 'ann'])
    const filtered = async (filter: string) => names((await list.page(`filter: { ${filter} }`)).nodes)
    expect(await filtered('statuses: [CANCELED]')).toEqual(['bob'])
    expect(await filtered('plans: ["plus"]')).toEqual(['carl', 'ann'])
    expect(await filtered('plans: ["gold"]')).toEqual([])
    expect(await filtered('providers: [PAYPAL]')).toEqual([])
    expect(await filtered('ending: true, statuses: [ACTIVE]')).toEqual(['carl'])
    expect(await filtered('ending: false, plans: ["plus"]')).toEqual(['ann'])
    expect(names((await list.page('filter: { account: "person:ann@example.com" }')).nodes)).toEqual(['ann'])
    expect((await list.page('filter: { account: "person:none@example.com" }')).nodes).toEqual([])
    expect((await list.page('first: 1, filter: { plans: ["basic"] }')).totalCount).toBe(2)
  })

  it('reads accounts and items with one statement each', async () => {
    const list = operatorList(
      server,
      operator,
      'subscriptions',
      'account { name } items { id } scheduledChange { quantity }',
    )
    expect(maxRepetitions(await statementsOf(seen, () => list.page()))).toBe(1)
  })
})

import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'

describe('checkouts', () => {
  let server: TestServer
  let operator: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await subscribe(server, `${name}@example.com`, { plan: 'plus' })
  })
  afterAll(() => server.close())

  const list = async (args: string) => {
    const { data, errors } = await server.graphql<{
      checkouts: {
        totalCount: number
        nodes: { id: string; account: { externalId: string } }[]
        pageInfo: { endCursor: string }
      }
    }>(
      `{ checkouts(${args}) { totalCount nodes { id status statusReason account { externalId } product { code } } pageInfo { endCursor } } }`,
      {},
      operator,
    )
    expect(errors).toBeUndefined()
    return data.checkouts
  }

  it('lists checkouts by status and account, page by page, with no statement for each', async () => {
    const all = await list('filter: { statuses: [COMPLETED] }')
    expect(
      maxRepetitions(await statementsOf(seen, () => list('filter: { statuses: [COMPLETED] }'))),
    ).toBeLessThanOrEqual(3)
    expect(all.nodes.map(({ account }) => account.externalId[0]).join('')).toBe('edcba')
    const first = await list('first: 2')
    const rest = await list(`first: 10, after: "${first.pageInfo.endCursor}"`)
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes)
    expect([all.totalCount, first.totalCount]).toEqual([5, 5])
    expect(await list('filter: { account: "person:b@example.com" }')).toMatchObject({ totalCount: 1, nodes: [{}] })
    expect(await list('filter: { statuses: [QUARANTINED] }')).toMatchObject({ totalCount: 0, nodes: [] })
    expect((await list('filter: { account: "person:nobody@example.com" }')).totalCount).toBe(0)
    const one = await server.graphql(
      `query ($id: ID!) { checkout(by: { id: $id }) { id } }`,
      { id: all.nodes[0]!.id },
      operator,
    )
    expect(one.data).toEqual({ checkout: { id: all.nodes[0]!.id } })
  })
})

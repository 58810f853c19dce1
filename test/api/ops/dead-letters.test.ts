import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { insertDeadLetters, listDeadLetters } from '#test/support/dead-letters.js'

describe('deadLetters', () => {
  let server: TestServer
  let operator: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await insertDeadLetters(server)
  })
  afterAll(() => server.close())

  it('lists all queues, newest first, by pages, and one queue', async () => {
    const all = await listDeadLetters(server, operator, { first: 100 })
    expect(all.nodes.map(({ queue }) => queue).toSorted()).toEqual([
      'BROKER',
      'MAIL',
      'OUTBOX',
      'SCHEDULED_JOB',
      'SYNC',
      'USAGE_REPORT',
      'WEBHOOK_DELIVERY',
    ])
    const first = await listDeadLetters(server, operator, { first: 4 })
    const rest = await listDeadLetters(server, operator, { first: 4, after: first.pageInfo.endCursor })
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes)
    const { nodes } = await listDeadLetters(server, operator, { queue: 'MAIL' })
    expect(nodes).toMatchObject([
      { summary: 'Mail to a@example.com: Hello', lastError: 'refused', attemptCount: 150, account: { name: 'a' } },
    ])
    const { data } = await server.graphql(
      `query ($id: ID!) { node(id: $id) { ... on DeadLetter { queue } } }`,
      { id: nodes[0]!.id },
      operator,
    )
    expect(data).toEqual({ node: { queue: 'MAIL' } })
  })

  it('repeats no statement for each dead letter', async () => {
    const statements = await statementsOf(seen, () => listDeadLetters(server, operator, {}))
    expect(maxRepetitions(statements)).toBeLessThanOrEqual(3)
  })
})

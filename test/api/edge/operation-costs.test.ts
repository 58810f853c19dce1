import { buildSchema } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { post, startTransportFixture } from '#test/support/transport-fixture.js'
import { FIELD_COSTS, ITEMS_OF_TYPE } from '#schema/kernel/costs.js'

interface Answer {
  readonly errors?: readonly { extensions: Record<string, unknown> }[]
  readonly extensions?: {
    cost?: { requested: number; limit: number; remaining: number; resetsAt: string }
    deprecations?: { coordinate: string; reason: string }[]
  }
}

/** A list that can be read from both ends. */
const commands = (page: string) => `deployment(id: "x") { commands(${page}) { nodes { id } } }`
const names = ['A', 'B', 'C', 'D', 'E']
const fragments = names
  .map((name) => `fragment ${name} on Query { templates(first: 50) { nodes { id name slug } } }`)
  .join(' ')
const five = (opening: string) =>
  names.map((name) => (opening === '...' ? `...${name}` : `${opening}{ ...${name} }`)).join(' ')

describe('Costs of operations', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { RATE_LIMIT_ANONYMOUS: '500' } })
  })
  afterAll(() => server.close())

  const ask = async (body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { headers: response.headers, body: (await response.json()) as Answer }
  }
  const costOf = async (query: string) =>
    (await ask({ query, extensions: { cost: true } })).body.extensions!.cost!.requested

  it('are returned to clients that ask by header or extension, with the remaining requests', async () => {
    const query = '{ plans { code } }'
    const byHeader = await ask({ query }, { 'graphql-cost': 'true' })
    const { requested, limit, remaining, resetsAt } = byHeader.body.extensions!.cost!
    expect([requested, limit]).toEqual([11, 5_000])
    const [, policy, r, t] = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(byHeader.headers.get('ratelimit')!)!
    expect([policy, Number(r)]).toEqual(['anonymous', remaining])
    expect(byHeader.headers.get('ratelimit-policy')).toBe('"anonymous";q=500;w=60')
    const wait = new Date(resetsAt).getTime() - Date.now()
    expect(wait).toBeGreaterThan(Number(t) * 1000 - 20_000)
    expect(wait).toBeLessThanOrEqual(60_000)
    const byExtension = await ask({ query, extensions: { cost: true } })
    expect(byExtension.body.extensions!.cost!.remaining).toBe(remaining - 1)
    for (const extensions of [undefined, { cost: false }, {}])
      expect((await ask({ query, extensions })).body.extensions).toBeUndefined()
  })

  it('are returned with a refusal', async () => {
    const { body } = await ask({
      query: '{ templates(first: 100) { nodes { again: reviews(first: 100) { nodes { id } } } } }',
      extensions: { cost: true },
    })
    expect(body.errors![0]!.extensions['code']).toBe('QUERY_TOO_COMPLEX')
    expect(body.extensions!.cost!.requested).toBeGreaterThan(5_000)
  })

  it('are returned over a WebSocket', async () => {
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    })
    const results = []
    for await (const result of client.iterate({ query: '{ plans { code } }', extensions: { cost: true } }))
      results.push(result)
    await client.dispose()
    expect(results).toEqual([
      expect.objectContaining({
        extensions: {
          cost: { requested: 11, limit: 5_000, remaining: expect.any(Number), resetsAt: expect.any(String) },
        },
      }),
    ])
  })

  it.each([
    ['pages multiply items', '{ templates(first: 50) { nodes { id slug } } }', 1 + 1 + 50 * 2],
    ['edges too', '{ templates(first: 50) { edges { cursor node { id } } } }', 1 + 1 + 50 * 3],
    [
      'but not what is read once',
      '{ templates(first: 50) { totalCount pageInfo { hasNextPage endCursor } nodes { id } } }',
      1 + 1 + 3 + 1 + 50,
    ],
    [
      'through fragments',
      '{ templates(first: 50) { ...Page } } fragment Page on TemplateConnection { totalCount nodes { id } }',
      1 + 1 + 1 + 50,
    ],
    ['lists without pages have a declared size', '{ plans { prices { id } } }', 1 + 10 * (1 + 4)],
    ['IDs cost their number', '{ nodes(ids: ["a", "b", "c"]) { id __typename } }', 1 + 3 + 3 * 2],
    ['large values have a cost of their own', '{ template(by: { slug: "x" }) { definition id } }', 1 + 51 + 1],
    [
      'also in pages',
      '{ deployment(id: "x") { commands(first: 10) { nodes { id rawReport } pageInfo { endCursor } } } }',
      1 + 1 + 1 + 10 * (1 + 51) + 2,
    ],
  ])('count what can be returned: %s', async (_title, query, cost) => {
    expect(await costOf(query)).toBe(cost)
  })

  it.each([
    ['a null page is the default page', '{ templates(first: null) { nodes { id } } }', 1 + 1 + 20],
    ['items read from the end are as many as requested', `{ ${commands('last: 2')} }`, 1 + (1 + 1 + 2)],
    ['fields of several fragments count once', `{ ${five('...')} } ${fragments}`, 1 + 1 + 50 * 3],
    ['also below them', `{ ${five('... on Query ')} } ${fragments}`, 1 + 1 + 50 * 3],
    ['a fragment that is spread twice counts once', '{ plans { ...F ...F } } fragment F on Plan { code }', 1 + 10],
    [
      'fields of different types count as the most expensive type',
      '{ node(id: "x") { id ... on Account { name } ... on Template { slug name } } }',
      1 + 3,
    ],
    ['names of a merged field differ', '{ plans { code a: code } plans { code b: code } }', 1 + 10 * 3],
    [
      'what a condition leaves out counts as nothing',
      '{ plans { ...F @skip(if: true) name } } fragment F on Plan { code }',
      1 + 10,
    ],
    [
      'but counts if it is spread without one',
      '{ plans { ...F @skip(if: true) ...F } } fragment F on Plan { code }',
      11,
    ],
  ])('count what is merged: %s', async (_title, query, cost) => {
    expect(await costOf(query)).toBe(cost)
  })

  describe('do not depend on earlier requests', () => {
    const pages = `query ($n: Int = 100) {
      accounts(first: $n) { nodes { id members(first: $n) { nodes { id } } } }
    }`
    it('with null, and then without a value', async () => {
      const answers = []
      for (const variables of [{ n: null }, {}, { n: 1 }, { n: null }, {}]) {
        const { body } = await ask({ query: pages, variables, extensions: { cost: true } })
        answers.push([body.errors?.[0]?.extensions['code'], body.extensions!.cost!.requested])
      }
      const [byNull, byDefault, byOne] = [
        1 + 1 + 20 * (1 + 1 + 1 + 50),
        1 + 1 + 100 * (1 + 1 + 1 + 100),
        1 + 1 + 1 + 1 + 1 + 1,
      ]
      expect(answers.map(([, requested]) => requested)).toEqual([byNull, byDefault, byOne, byNull, byDefault])
      const [first, second] = answers
      expect([first![0], second![0]]).toEqual([answers[3]![0], 'QUERY_TOO_COMPLEX'])
    })

    it('with a list that has a default', async () => {
      const query = 'query ($ids: [ID!]! = ["a", "b"]) { nodes(ids: $ids) { id } }'
      const costs = []
      for (const variables of [{}, { ids: ['a', 'b', 'c', 'd'] }, { ids: [] }, {}])
        costs.push((await ask({ query, variables, extensions: { cost: true } })).body.extensions!.cost!.requested)
      expect(costs).toEqual([1 + 2 + 2, 1 + 4 + 4, 1 + 10, 1 + 2 + 2])
    })

    it('with a condition that is null', async () => {
      const query = `query ($more: Boolean = false) {
        plans { code }
        all: templates(first: 100) @include(if: $more) { nodes { reviews(first: 100) { nodes { id } } } }
      }`
      const refused = await ask({ query, variables: { more: null } })
      expect(refused.body.errors![0]!.extensions['code']).not.toBe('QUERY_TOO_COMPLEX')
      expect((await ask({ query, variables: {} })).body.errors).toBeUndefined()
      expect((await ask({ query, variables: { more: true } })).body.errors![0]!.extensions['code']).toBe(
        'QUERY_TOO_COMPLEX',
      )
    })

    it('and are refused after invalid variables', async () => {
      const query = `query ($n: Int!, $m: Int! = 100) {
        templates(first: $m) { nodes { reviews(first: $m) { nodes { id } } } } plans { prices { id } }
        one: templates(first: $n) { nodes { id } }
      }`
      for (const variables of [{ n: null }, {}, { n: 'x' }, { n: 1, m: null }])
        expect((await ask({ query, variables })).body.errors![0]!.extensions['code']).toBe('BAD_USER_INPUT')
      expect((await ask({ query, variables: { n: 1 } })).body.errors![0]!.extensions['code']).toBe('QUERY_TOO_COMPLEX')
    })
  })

  it('are declared for existing fields only', async () => {
    const { data } = await server.graphql<{
      __schema: { types: { name: string; fields: { name: string }[] | null }[] }
    }>('{ __schema { types { name fields { name } } } }')
    const types = new Map(data.__schema.types.map(({ name, fields }) => [name, fields?.map((one) => one.name) ?? []]))
    const unknown = Object.keys(FIELD_COSTS).filter((coordinate) => {
      const [type, field] = coordinate.split('.')
      return !types.get(type!)?.includes(field!)
    })
    expect([...unknown, ...Object.keys(ITEMS_OF_TYPE).filter((name) => !types.has(name))]).toEqual([])
  })
})

describe('Deprecations', () => {
  const schema = buildSchema(`
    enum Kind { NEW OLD @deprecated(reason: "Use NEW.") }
    input Filter { kind: Kind old: Int @deprecated(reason: "Use kind.") }
    type Query {
      now(filter: Filter, limit: Int @deprecated(reason: "Use first.")): Int
      before: Int @deprecated(reason: "Use now.")
    }
    type Subscription { ticks: Int }`)

  it('name the deprecated parts that a document uses', async () => {
    const fixture = await startTransportFixture({ schema })
    const all = await post(fixture.url, {
      query: '{ before again: before now(limit: 1, filter: { kind: OLD, old: 1 }) }',
    })
    expect((all.body as Answer).extensions!.deprecations).toEqual([
      { coordinate: 'Query.before', reason: 'Use now.' },
      { coordinate: 'Query.now(limit:)', reason: 'Use first.' },
      { coordinate: 'Kind.OLD', reason: 'Use NEW.' },
      { coordinate: 'Filter.old', reason: 'Use kind.' },
    ])
    const none = await post(fixture.url, { query: '{ now(filter: { kind: NEW }) }' })
    expect(none.body).toEqual({ data: { now: null } })
    await fixture.edge.drain(1_000)
  })
})

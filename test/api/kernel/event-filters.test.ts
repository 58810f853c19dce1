import { encodeCursor } from '#services/kernel/events/cursor.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { sequenceOf } from '#test/support/sequence-of.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'

interface Published {
  readonly type: string
  readonly sequence: number
}

describe('Filters of streams and lists', () => {
  let server: TestServer
  let service: EntitlementService
  let accountId: string
  let token: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'catalogs/agileforge.yaml' } })
    service = await entitlementService(server)
    accountId = await newAccount(server, 'filter@example.com')
    token = await server.token('filter@example.com')
    await service.consume({ accountId, feature: FEATURE })
    await grantTestCredits(server, accountId, FEATURE, 5)
    await service.consume({ accountId, feature: FEATURE })
    await grantTestCredits(server, accountId, FEATURE, 7)
  })
  afterAll(() => server.close())

  it('apply to a list and to a stream alike, by one grammar', async () => {
    const after = encodeCursor(accountId, 0)
    const cases = [
      { types: null, except: null, expected: [2, 4] },
      { types: ['*', 'usage.*'], except: null, expected: [1, 2, 3, 4] },
      { types: ['usage.recorded'], except: null, expected: [1, 3] },
      { types: ['credits.*'], except: null, expected: [2, 4] },
      { types: ['*', 'usage.*'], except: ['credits.granted'], expected: [1, 3] },
    ]
    for (const { types, except, expected } of cases) {
      const { data } = await server.graphql<{ account: { billing: { events: { nodes: Published[] } } } }>(
        `query ($types: [String!], $except: [String!]) {
           account { billing { events(first: 50, types: $types, except: $except) { nodes { type sequence } } } } }`,
        { types, except },
        token,
      )
      expect(data.account.billing.events.nodes.map(({ sequence }) => sequence).toReversed()).toEqual(expected)
      const stream = await recordStream<Published>(
        server.url,
        token,
        `subscription ($after: String, $types: [String!], $except: [String!]) {
           billingEvents(after: $after, types: $types, except: $except) { ... on Event { sequence type } } }`,
        { after, types, except },
      )
      const seen = await stream.until(({ length }) => length === expected.length)
      expect(seen.map(({ sequence }) => sequence)).toEqual(expected)
      await stream.stop()
    }
  })

  it('refuse what is not a type with its place in the list', async () => {
    const { errors } = await server.graphql(
      `{ account { billing { events(types: ["credits.*", "Credits"]) { nodes { id } } } } }`,
      {},
      token,
    )
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'types.1' } })
  })

  it('wake a stream of entitlements only for its features', async () => {
    interface Change {
      readonly cursor: string
      readonly snapshot: boolean
      readonly entitlements: { feature: { code: string } }[]
    }
    const other = [...server.app.context.catalog.current().features.values()].find(({ kind }) => kind === 'LIMIT')!.code
    const follow = (features: string[]) =>
      recordStream<Change>(
        server.url,
        token,
        `subscription ($features: [String!]) { entitlements(features: $features) {
           cursor ... on EntitlementsChanged { snapshot entitlements { feature { code } } } } }`,
        { features },
      )
    const [used, unused] = [await follow([FEATURE]), await follow([other])]
    for (const stream of [used, unused]) await stream.until(({ length }) => length === 1)
    await service.consume({ accountId, feature: FEATURE })
    const [snapshot, change] = await used.until(({ length }) => length === 2)
    expect(snapshot!.entitlements.map(({ feature }) => feature.code)).toEqual([FEATURE])
    expect(change!.entitlements.map(({ feature }) => feature.code)).toEqual([FEATURE])
    await service.allocate({ accountId, feature: other, resourceId: 'one' })
    const after = await unused.until(({ length }) => length === 2)
    expect(after.map(({ cursor }) => sequenceOf(cursor))).toEqual([
      sequenceOf(snapshot!.cursor),
      sequenceOf(change!.cursor) + 1,
    ])
    expect(used.events).toHaveLength(2)
    for (const stream of [used, unused]) await stream.stop()
    const refused = await follow(['no_such_feature'])
    await eventually(
      () => refused.errors.length,
      (count) => count === 1,
    )
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'features' } }])
    await refused.stop()
  })
})

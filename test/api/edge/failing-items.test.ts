import { setImmediate as turn } from 'node:timers/promises'
import { GraphQLBoolean, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

// A rejection that nothing handles fails the test in which it happens.
describe('items of a list that fail at different times', () => {
  let tiny: TransportFixture
  const fails = new GraphQLNonNull(GraphQLBoolean)
  const fail = () => {
    throw new Error('A fault')
  }
  const Item: GraphQLObjectType = new GraphQLObjectType({
    name: 'Item',
    fields: () => ({
      later: { type: fails, resolve: () => Promise.resolve().then(fail) },
      atOnce: { type: fails, resolve: fail },
      mixed: { type: fails, resolve: ({ at }: { at: number }) => (at < 2 ? Promise.resolve().then(fail) : fail()) },
      items: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Item))), resolve: threeItems },
    }),
  })
  const threeItems = () => Array.from({ length: 3 }, (_, at) => ({ at }))
  const list = new GraphQLList(new GraphQLNonNull(Item))
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        plain: { type: list, resolve: threeItems },
        promised: { type: list, resolve: () => Promise.resolve(threeItems()) },
        none: { type: list, resolve: () => Promise.resolve(null) },
      },
    }),
  })
  beforeAll(async () => {
    tiny = await startTransportFixture({ schema, limits: { responseItems: 20 } })
  })
  afterAll(() => tiny.edge.drain(1_000))

  it.each(['plain', 'promised'])('make one error for a %s list, and leave no rejection', async (name) => {
    for (const fields of ['later', 'atOnce', 'mixed', 'items { mixed }', 'later atOnce', 'atOnce later']) {
      const { body } = await post(tiny.url, { query: `{ ${name} { ${fields} } }` })
      expect(body).toMatchObject({ data: { [name]: null }, errors: [{ extensions: { code: 'INTERNAL' } }] })
      await turn()
    }
  })

  it('do not exist in a list that is null', async () => {
    expect((await post(tiny.url, { query: '{ none { later } }' })).body).toEqual({ data: { none: null } })
  })

  it('leave no rejection when a later item has no valid condition, or exceeds the limit of the response', async () => {
    const query = 'query ($b: Boolean = true) { plain { later items { atOnce @include(if: $b) } } }'
    expect((await post(tiny.url, { query, variables: { b: null } })).body.data).toEqual({ plain: null })
    const large = '{ plain { later items { items { later } } } }'
    expect((await post(tiny.url, { query: large })).code).toBe('RESPONSE_TOO_LARGE')
    await turn()
  })
})

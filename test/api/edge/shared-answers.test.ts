import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import {
  post,
  startTransportFixture,
  type FixtureContext,
  type TransportFixture,
} from '#test/support/transport-fixture.js'

describe('queries whose answers callers share', () => {
  let tiny: TransportFixture
  let executed = 0
  let state: object | null = {}
  let version = 1
  const Item = new GraphQLObjectType<{ n: number }, FixtureContext>({
    name: 'Item',
    fields: {
      n: { type: GraphQLInt },
      version: { type: GraphQLInt, resolve: () => version, extensions: { shared: true } },
      reader: { type: GraphQLString, resolve: (_item, _args, { user }) => user },
      broken: { type: GraphQLInt, resolve: () => 'x', extensions: { shared: true } },
    },
  })
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        item: {
          type: new GraphQLNonNull(Item),
          args: { n: { type: GraphQLInt, defaultValue: 7 } },
          extensions: { shared: true },
          resolve: (_root, { n }: { n: number | null }) => {
            executed += 1
            return { n }
          },
        },
      },
    }),
  })
  beforeAll(async () => {
    tiny = await startTransportFixture({ schema, answerState: () => state })
  })
  afterAll(() => tiny.edge.drain(1_000))

  const ask = async (selection: string, variables: object = {}, user = 'ann') => {
    const condition = selection.includes('$b') ? ', $b: Boolean = true' : ''
    const query = `query ($n: Int = 5${condition}) { item(n: $n) { ${selection} } }`
    return (await post(tiny.url, { query, variables }, { authorization: `Bearer ${user}` })).body
  }
  const executions = async (work: () => Promise<unknown>) => {
    const before = executed
    await work()
    return executed - before
  }

  it('are executed once for each state and value of the variables, absent and null apart', async () => {
    const selection = '__typename n version @include(if: $b)'
    const all = async () => {
      for (let use = 0; use < 3; use++) {
        expect(await ask(selection)).toEqual({ data: { item: { __typename: 'Item', n: 5, version } } })
        expect(await ask(selection, { n: null }, 'bob')).toMatchObject({ data: { item: { n: null } } })
        expect(await ask(selection, { n: 1, b: false })).toEqual({ data: { item: { __typename: 'Item', n: 1 } } })
      }
    }
    expect(await executions(all)).toBe(3)
    version = 2
    state = {}
    expect(await executions(all)).toBe(3)
  })

  it('are executed for each caller if a field reads the caller, if the state depends on the caller, and after an error', async () => {
    expect(await ask('reader', {}, 'ann')).toEqual({ data: { item: { reader: 'ann' } } })
    expect(await ask('reader', {}, 'bob')).toEqual({ data: { item: { reader: 'bob' } } })
    const fail = async () => {
      for (let use = 0; use < 2; use++) expect((await ask('broken')).errors).toHaveLength(1)
    }
    expect(await executions(fail)).toBe(2)
    state = null
    expect(await executions(() => Promise.all([ask('n'), ask('n')]))).toBe(2)
  })
})

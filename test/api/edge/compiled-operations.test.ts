import {
  execute,
  getOperationAST,
  GraphQLEnumType,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLBoolean,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql'
import { Executor } from '#edge/graphql/executor.js'
import { defaultLimits } from '#edge/options.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const Named = new GraphQLInterfaceType({
  name: 'Named',
  fields: { text: { type: GraphQLString } },
  resolveType: () => 'Thing',
})
const Color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 'RED' }, BLUE: { value: 'BLUE' } } })
const Coded = new GraphQLEnumType({ name: 'Coded', values: { ONE: { value: 1 }, TWO: { value: 2 } } })
const Thing: GraphQLObjectType = new GraphQLObjectType({
  name: 'Thing',
  interfaces: [Named],
  fields: () => ({
    id: { type: GraphQLID },
    text: { type: GraphQLString },
    whole: { type: GraphQLInt },
    real: { type: GraphQLFloat },
    yes: { type: GraphQLBoolean },
    color: { type: Color },
    coded: { type: Coded },
    must: { type: new GraphQLNonNull(GraphQLInt) },
    texts: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
    colors: { type: new GraphQLList(new GraphQLList(Color)) },
    things: { type: new GraphQLList(Thing) },
    later: { type: GraphQLInt, resolve: () => Promise.resolve('7') },
  }),
})

let value: unknown
let runs = 0
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      thing: { type: Thing, resolve: () => value },
      named: { type: Named, resolve: () => value },
      must: { type: new GraphQLNonNull(Thing), resolve: () => value },
    },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      fail: {
        type: new GraphQLNonNull(Thing),
        resolve: () => {
          runs += 1
          throw new Error('after it was done')
        },
      },
      change: {
        type: Thing,
        resolve: () => {
          runs += 1
          return value
        },
      },
    },
  }),
})

const right = {
  id: 'a',
  text: 'b',
  whole: 3,
  real: 1.5,
  yes: false,
  color: 'RED',
  must: 1,
  texts: ['x', 'y'],
  colors: [['RED', null], null, []],
  things: [{ id: 'c', must: 2 }, null],
}

/**
 * Values of another type: graphql-js converts some and rejects the others by path. A function or a promise as a
 * property is not included: graphql-jit does not call it, and each field of our schema has a resolver.
 */
const wrong: Record<string, unknown>[] = [
  { id: 7 },
  { id: 1.5 },
  { text: 5 },
  { text: true },
  { text: {} },
  { whole: '12' },
  { whole: 1.5 },
  { whole: 2 ** 31 },
  { whole: Number.NaN },
  { real: 'x' },
  { real: Number.POSITIVE_INFINITY },
  { yes: 1 },
  { yes: 'yes' },
  { color: 'GREEN' },
  { color: 1 },
  { must: null },
  { must: 'x' },
  { texts: ['x', 5] },
  { texts: ['x', null] },
  { texts: new Set(['x', 'y']) },
  { texts: 'x' },
  { colors: [['RED', 'GREEN']] },
  { things: [{ id: {}, must: 1 }, { must: 2 }] },
  { things: new Error('a value that is an error') },
]

const fields = 'id text whole real yes color must texts colors things { id must } later'
const documents = [
  `{ thing { ${fields} } }`,
  `{ must { ${fields} } }`,
  `{ thing { ...Some ...on Named { text } ...on Thing { same: whole things { ...Some } } } }
   fragment Some on Thing { __typename whole color other: text things { id must } }`,
  `query ($no: Boolean = false) { thing { whole @include(if: $no) text @skip(if: $no) ...on Thing @include(if: $no) { yes } } }`,
  `{ named { __typename text ...on Thing { whole } } }`,
]

const plain = (result: unknown): unknown => JSON.parse(JSON.stringify(result))

/** Response after enough runs to compile the operation. */
async function compiledAnswer(source: string): Promise<unknown> {
  const executor = new Executor(
    schema,
    systemTimers,
    () => ({ code: 'INTERNAL', message: 'told', status: 500 }),
    defaultLimits,
  )
  const document = parse(source)
  const operation = getOperationAST(document)!
  const run = async () => plain(await executor.run({ document, operation, variables: {}, context: {}, requestId: 'r' }))
  for (let use = 0; use < 4; use += 1) await run()
  return run()
}

/** The places of errors and the data, which the specification fixes; the texts are the engine's own. */
function essence(answer: unknown): unknown {
  const { data, errors } = answer as { data: unknown; errors?: GraphQLError[] }
  return { data, places: errors?.map((error) => JSON.stringify(error.path)).sort() ?? [] }
}

describe('compiled operations and the reference implementation', () => {
  it.each(documents)('return the same for every value of its type: %s', async (source) => {
    value = right
    const reference = plain(await execute({ schema, document: parse(source) }))
    expect((reference as { errors?: unknown }).errors).toBeUndefined()
    expect(await compiledAnswer(source)).toEqual(reference)
  })

  it.each(wrong)('return the same for a value of another type: %j', async (change) => {
    value = { ...right, ...change }
    for (const source of documents.slice(0, 3)) {
      const reference = plain(await execute({ schema, document: parse(source) }))
      expect(essence(await compiledAnswer(source))).toEqual(essence(reference))
    }
  })

  it('return the same for enums with internal values', async () => {
    value = { coded: 2 }
    expect(await compiledAnswer('{ thing { coded } }')).toEqual({ data: { thing: { coded: 'TWO' } } })
  })

  it('run a mutation once, whatever its result', async () => {
    value = { ...right, whole: 'x' }
    const before = runs
    expect(essence(await compiledAnswer('mutation { change { whole text } }'))).toEqual({
      data: { change: { whole: null, text: 'b' } },
      places: ['["change","whole"]'],
    })
    expect(runs - before).toBe(5)
  })

  it('do not repeat a mutation that fails after its effect', async () => {
    const before = runs
    expect(essence(await compiledAnswer('mutation { fail { id } }'))).toEqual({ data: null, places: ['["fail"]'] })
    expect(runs - before).toBe(5)
  })
})

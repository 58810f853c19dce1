import {
  execute,
  getOperationAST,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql'
import { Executor } from '#edge/graphql/executor.js'
import { defaultLimits } from '#edge/options.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const Color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 'RED' }, BLUE: { value: 'BLUE' } } })
const Even = new GraphQLScalarType({
  name: 'Even',
  parseValue: (value) => {
    if (typeof value !== 'number' || value % 2) throw new Error('not even')
    return value
  },
})
const Json = new GraphQLScalarType({ name: 'Json' })
const One = new GraphQLInputObjectType({
  name: 'One',
  isOneOf: true,
  fields: { left: { type: GraphQLInt }, right: { type: GraphQLString } },
})
const Inner = new GraphQLInputObjectType({
  name: 'Inner',
  fields: { x: { type: GraphQLInt }, one: { type: One }, deep: { type: new GraphQLList(One) } },
})
const Endless: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'Endless',
  fields: () => ({ inner: { type: new GraphQLList(Endless) } }),
})
const Point = new GraphQLInputObjectType({
  name: 'Point',
  fields: {
    x: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 5 },
    y: { type: GraphQLFloat },
    even: { type: Even },
    color: { type: Color },
    names: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
    inner: { type: Inner },
    others: { type: new GraphQLList(Inner) },
    one: { type: One },
  },
})

let runs = 0
const echo = {
  type: GraphQLString,
  args: {
    point: { type: Point },
    points: { type: new GraphQLList(new GraphQLNonNull(Point)) },
    count: { type: GraphQLInt },
    must: { type: GraphQLString },
    one: { type: One },
    endless: { type: Endless },
    json: { type: Json },
    jsons: { type: new GraphQLList(Json) },
    texts: { type: new GraphQLList(GraphQLString) },
  },
  resolve: (_: unknown, args: object) => {
    runs += 1
    return JSON.stringify(args)
  },
}
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { echo } }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields: { echo } }),
})

const source = `mutation ($point: Point, $points: [Point!], $count: Int! = 3, $must: String, $one: One) {
  echo(point: $point, points: $points, count: $count, must: $must, one: $one) }`

/** Variables that fit, and all kinds of those that do not. */
const given: Record<string, unknown>[] = [
  {},
  { point: null, points: null, must: null },
  { point: { x: 1, y: 2, even: 4, color: 'RED', names: ['a'], inner: { x: 2 }, others: [{ x: 3 }, null] } },
  { point: {} },
  { point: { x: null } },
  { point: { x: 1.5 } },
  { point: { x: '1' } },
  { point: { x: 2 ** 31 } },
  { point: [] },
  { point: [{ x: 1 }] },
  { point: 'x' },
  { point: { inner: [] } },
  { point: { others: [[]] } },
  { point: { others: { x: 7 } } },
  { point: { others: [{ deep: [{ left: 1, right: 'b' }] }] } },
  { point: { others: [{ deep: { left: 1 } }] } },
  { point: { unknown: 1 } },
  { point: { even: 3 } },
  { point: { color: 'GREEN' } },
  { point: { color: 1 } },
  { point: { names: 'one' } },
  { point: { names: [null] } },
  { point: { names: [1] } },
  { point: { one: { left: 1 } } },
  { point: { one: { left: 1, right: 'b' } } },
  { point: { one: {} } },
  { points: { x: 1 } },
  { points: [{ x: 1 }, { x: 2 }] },
  { points: [null] },
  { points: [[{ x: 1 }]] },
  { count: 0 },
  { count: null },
  { count: 'x' },
  { must: 5 },
  { must: ['a'] },
  { one: { left: 1 } },
  { one: { left: null } },
  { one: { left: 1, right: 'b' } },
  { one: { right: 2 } },
  { one: [] },
  { unknown: 'asked' },
]

const plain = (result: unknown) =>
  JSON.parse(JSON.stringify(result)) as { data?: unknown; errors?: { message: string }[] }

describe('variables of compiled operations and of the reference', () => {
  const executor = new Executor(
    schema,
    systemTimers,
    () => ({ code: 'INTERNAL', message: 'told', status: 500 }),
    defaultLimits,
  )
  const document = parse(source)
  const operation = getOperationAST(document)!
  const run = async (variables: Record<string, unknown>) =>
    plain(await executor.run({ document, operation, variables, context: {}, requestId: 'r' }))

  it.each(given)('%j', async (variables) => {
    for (let use = 0; use < 4; use += 1) await run({ count: 1 })
    expect(executor.isCompiled(operation)).toBe(true)
    const reference = plain(await execute({ schema, document: parse(source), variableValues: variables }))
    const before = runs
    const answer = await run(variables)
    expect(runs - before).toBe(reference.errors ? 0 : 1)
    expect(answer.data).toEqual(reference.data)
    expect(answer.errors?.map(({ message }) => message)).toEqual(reference.errors?.map(({ message }) => message))
  })

  it('leaves an input type that contains itself to the reference', async () => {
    const endless = parse('query ($e: Endless) { echo(endless: $e) }')
    const ask = async () =>
      executor.run({
        document: endless,
        operation: getOperationAST(endless)!,
        variables: { e: { inner: [{ inner: [] }] } },
        context: {},
        requestId: 'r',
      })
    for (let use = 0; use < 4; use += 1)
      expect(plain(await ask()).data).toEqual({ echo: '{"endless":{"inner":[{"inner":[]}]}}' })
    expect(executor.isCompiled(getOperationAST(endless)!)).toBe(false)
  })

  it.each([
    ['json: { a: { b: $x } }', { json: { a: { b: 'x' } } }, false],
    ['json: [1, [$x]]', { json: [1, ['x']] }, false],
    ['jsons: [{ a: $x }]', { jsons: [{ a: 'x' }] }, false],
    ['jsons: [[$x]]', { jsons: [['x']] }, false],
    ['json: $x', { json: 'x' }, true],
    ['json: { a: 1 }, texts: [$x]', { json: { a: 1 }, texts: ['x'] }, true],
    ['jsons: [$x]', { jsons: ['x'] }, true],
    ['point: { names: [$x] }', { point: { x: 5, names: ['x'] } }, true],
  ])('keeps a variable within %s', async (given, expected, compiles) => {
    const type = /json\w*: (?:\$x|\[\$x\])/.test(given) ? 'Json' : 'String!'
    const inline = parse(`query ($x: ${type}) { echo(${given}) }`)
    const operation = getOperationAST(inline)!
    const variables = { x: 'x' }
    for (let use = 0; use < 4; use += 1) {
      const answer = plain(
        await executor.run({ document: inline, operation, variables, context: {}, requestId: 'r' }),
      ) as { data: { echo: string } }
      expect(JSON.parse(answer.data.echo)).toEqual(expected)
    }
    expect(executor.isCompiled(operation)).toBe(compiles)
  })
})

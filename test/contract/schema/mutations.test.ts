import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputObjectType,
} from 'graphql'
import { requirementIn } from '#schema/audience.js'
import { mutationCards } from '#test/support/mutation-cards.js'

const KEY = 'key'
const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const mutations = Object.values(schema.getMutationType()!.getFields())

type Mutation = GraphQLField<unknown, unknown>

const keyOf = ({ args }: Mutation) => args.find(({ name }) => name === KEY)

/** Rules of results that a mutation breaks. */
function problemsOfResult({ type }: Mutation): string[] {
  const payload = getNamedType(type)
  if (!isObjectType(payload)) return ['its result is no object']
  const fields = Object.values(payload.getFields())
  const denial = payload.getFields()['denial']
  return [
    ...(isNonNullType(type) ? ['its result is not nullable: an error would erase the results of other mutations'] : []),
    ...(payload.name.endsWith('Payload') ? [] : ['its result is no payload']),
    ...(isListType(type) && !isNonNullType(type.ofType) ? ['an item of its list is nullable'] : []),
    ...(String(denial?.type) === 'Denial' ? [] : ['its payload has no field `denial: Denial`']),
    ...fields
      .filter(({ type: own }) => isNonNullType(own))
      .map(({ name }) => `${name} is not null although it is denied`),
  ]
}

const MAX_VALUES = 4

/** Rules of arguments that a mutation breaks. */
function problemsOfArguments({ args }: Mutation): string[] {
  const values = args.filter(({ name }) => name !== KEY)
  const inputs = values.filter(({ name }) => name === 'input' || name === 'by')
  const others = values.filter((value) => !inputs.includes(value))
  const isOfInput = inputs.length === 1 && others.every(({ name }) => name === 'id' || name === 'accountId')
  return isOfInput || (inputs.length === 0 && values.length <= MAX_VALUES)
    ? []
    : [`takes neither at most ${MAX_VALUES} values nor \`input\``]
}

/** True if an input has a field besides IDs, reason and key. */
const writes = (type: GraphQLInputObjectType): boolean =>
  Object.values(type.getFields()).some(
    ({ name, type: own }) => getNamedType(own).name !== 'ID' && name !== 'reason' && name !== 'idempotencyKey',
  )

const broken = (problems: (mutation: Mutation) => string[]) =>
  Object.fromEntries(mutations.map((field) => [field.name, problems(field)]).filter(([, list]) => list!.length > 0))

/** Arguments of mutations, and fields of their inputs, whose description says what null means. */
const valuesThatNameNull = (): { mutation: string; value: string }[] =>
  mutations.flatMap(({ name: mutation, args }) =>
    args
      .flatMap((arg) => {
        const type = getNamedType(arg.type)
        return [arg, ...(isInputObjectType(type) ? Object.values(type.getFields()) : [])]
      })
      .filter(({ description }) => /\bnull\b/i.test(description ?? ''))
      .map(({ name }) => ({ mutation, value: name })),
  )

describe('mutations', () => {
  it('return a nullable payload, or one for each object, of which the object or the denial is set', () => {
    expect(broken(problemsOfResult)).toEqual({})
  })

  it('take at most four values as arguments, otherwise an input', () => {
    expect(broken(problemsOfArguments)).toEqual({})
  })

  it('have no input without a value that is written', () => {
    const inputs = mutations.flatMap(({ args }) => args.map(({ type }) => getNamedType(type)).filter(isInputObjectType))
    expect(inputs.filter((type) => !writes(type)).map(({ name }) => name)).toEqual([])
  })

  it('have the idempotency key as the argument `key`, with one description', () => {
    const keys = mutations.flatMap((field) => keyOf(field) ?? [])
    expect(new Set(keys.map(({ description }) => description)).size).toBe(1)
    expect(new Set(keys.map(({ type }) => String(getNullableType(type))))).toEqual(new Set(['String']))
    const named = mutations.flatMap(({ name, args }) =>
      args.some((one) => one.name === 'idempotencyKey') ? [name] : [],
    )
    expect(named).toEqual([])
  })

  it('take null for an omitted value, except where it removes a stored one', () => {
    const REMOVES = /^(?:update|upsert|set|createTemplate$)/
    expect(valuesThatNameNull().length).toBeGreaterThan(5)
    expect(valuesThatNameNull().filter(({ mutation }) => !REMOVES.test(mutation))).toEqual([])
  })

  it('require the key, or say on their card why a repetition does nothing', () => {
    const without = mutations.filter((field) => String(keyOf(field)?.type) !== 'String!').map(({ name }) => name)
    const repeatable = [...mutationCards].filter(([, { repeats }]) => repeats !== undefined).map(([name]) => name)
    expect(without.toSorted()).toEqual(repeatable.toSorted())
    expect([...mutationCards.keys()].toSorted()).toEqual(mutations.map(({ name }) => name).toSorted())
  })

  it('print the permission of their card, so that a change of it is a change of `schema.graphql` and of the contract', () => {
    const printed = mutations.map(({ name, astNode }) => [name, requirementIn(astNode!)])
    expect(Object.fromEntries(printed)).toEqual(
      Object.fromEntries([...mutationCards].map(([name, { permission }]) => [name, permission ?? null])),
    )
  })
})

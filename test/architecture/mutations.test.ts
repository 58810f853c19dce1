import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isInputObjectType, isNonNullType, isUnionType, type GraphQLField } from 'graphql'

/** Mutations that have another form than decision 0188 requires. */
const EXCEPTIONS: readonly string[] = []

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const mutations = Object.values(schema.getMutationType()!.getFields())
const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** Reasons why a mutation does not have one input and a result of its own. */
function problemsOf({ name, args, type }: GraphQLField<unknown, unknown>): string[] {
  const [input] = args
  const named = input && getNamedType(input.type)
  const result = getNamedType(type)
  return [
    ...(args.length === 1 && input?.name === 'input' && isNonNullType(input.type) && isInputObjectType(named)
      ? []
      : ['takes other arguments than `input`']),
    ...(named?.name === `${upper(name)}Input` ? [] : [`its input is not ${upper(name)}Input`]),
    ...(isUnionType(result) && isNonNullType(type) ? [] : ['its result is not a union']),
    ...(result.name === `${upper(name)}Result` ? [] : [`its result is not ${upper(name)}Result`]),
  ]
}

describe('mutations', () => {
  it('have one input and a result of their own [AP-W1]', () => {
    const wrong = mutations.map((field) => [field.name, problemsOf(field)] as const).filter(([, list]) => list.length)
    expect(Object.fromEntries(wrong.filter(([name]) => !EXCEPTIONS.includes(name)))).toEqual({})
    expect(EXCEPTIONS.filter((name) => !wrong.some(([found]) => found === name))).toEqual([])
  })
})

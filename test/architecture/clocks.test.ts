import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql'

/** The agent's clock is that of the server that it runs on. */
const CLOCK = /\b(?:business|machine|agent's)[\s,]+clock\b/

describe('descriptions of times', () => {
  it('name the clock that each time follows', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
    expect(timesWithoutClock(schema)).toEqual([])
  })

  it('are found at fields, input fields and arguments', () => {
    const schema = buildSchema(`
      scalar DateTime
      "Times follow the business clock." type Plan { "Start." at: DateTime }
      type Query { "Read." a("Start." from: DateTime, "End (machine clock)." to: DateTime): Plan "Time." b: [DateTime!]! }
      input Range { "Start." from: DateTime }
    `)
    expect(timesWithoutClock(schema)).toEqual(['Query.a(from)', 'Query.b', 'Range.from'])
  })
})

/** Coordinates of times whose clock is neither in their description nor in that of their type. */
function timesWithoutClock(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !CLOCK.test(type.description ?? ''))
    .flatMap((type) => {
      if (isInputObjectType(type))
        return Object.values(type.getFields())
          .filter(lacksClock)
          .map((field) => `${type.name}.${field.name}`)
      if (!isObjectType(type) && !isInterfaceType(type)) return []
      return Object.values(type.getFields()).flatMap((field) => [
        ...(lacksClock(field) ? [`${type.name}.${field.name}`] : []),
        ...field.args.filter(lacksClock).map((argument) => `${type.name}.${field.name}(${argument.name})`),
      ])
    })
}

interface Described {
  readonly description?: string | null
  readonly type: GraphQLType
}

const lacksClock = ({ type, description }: Described): boolean =>
  getNamedType(type).name === 'DateTime' && !CLOCK.test(description ?? '')

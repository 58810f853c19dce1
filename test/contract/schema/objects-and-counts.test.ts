import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isListType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'

const printed = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

const objectsOf = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))

const outputsOf = (schema: GraphQLSchema) =>
  objectsOf(schema).flatMap((owner) =>
    Object.values(owner.getFields()).map((field) => ({ owner, ...field, coordinate: `${owner.name}.${field.name}` })),
  )

/** Results of agents have the names that agents report, and objects that are counts or intervals have no other number. */
const REPORTED = /^(?:\w+Result|ErrorCategory|Interval|\w+Count)$/
const NUMBERS = ['Int', 'SafeInt', 'Float']
const COUNTED =
  /^(?:count|total|attempts|occurrences|checked|compared|healed|found|lost|accepted|rejected|duplicates|matched|sales|installs|purchases|views|lines|items)$/

/** Counts with another name, and fields with the name of a count that are none. */
const wrongCounts = (schema: GraphQLSchema): string[] =>
  outputsOf(schema)
    .filter(({ owner }) => !REPORTED.test(owner.name))
    .filter(({ name, type }) => {
      const isNumber = NUMBERS.includes(getNamedType(type).name)
      return name.endsWith('Count') ? getNamedType(type).name !== 'SafeInt' : isNumber && COUNTED.test(name)
    })
    .map(({ coordinate }) => coordinate)

/** Objects that outputs name, instead of their codes and IDs. */
const OBJECTS = ['feature', 'plan', 'user', 'account', 'deployment', 'template', 'consumption', 'usageBatch']

/** Fields with the code or the ID of an object. */
const codesOfObjects = (schema: GraphQLSchema): string[] =>
  outputsOf(schema)
    .filter(({ owner, name, type }) => {
      const [, object = ''] = /^(\w+?)(?:Id|Code|Hash)$/.exec(name) ?? []
      return !isListType(type) && object !== '' && (OBJECTS.includes(object) || object in owner.getFields())
    })
    .map(({ coordinate }) => coordinate)

/** Objects with an ID that cannot be read again. */
const objectsThatAreNoNodes = (schema: GraphQLSchema): string[] =>
  objectsOf(schema)
    .filter((type) => type.getFields()['id'] && !type.getInterfaces().some(({ name }) => name === 'Node'))
    .map(({ name }) => name)

describe('objects and counts of the schema', () => {
  it('count in fields that say so, of the type SafeInt', () => {
    expect(wrongCounts(printed)).toEqual([])
    const wrong = buildSchema(
      'type Query { attempts: Int! lineCount: Int! count: SafeInt healed: Boolean } scalar SafeInt',
    )
    expect(wrongCounts(wrong)).toEqual(['Query.attempts', 'Query.lineCount', 'Query.count'])
  })

  it('name an object instead of its code or ID', () => {
    expect(codesOfObjects(printed)).toEqual([])
    const wrong = buildSchema(
      'type Query { featureCode: String vendor: Vendor vendorId: ID appCode: String keyId: ID } type Vendor { name: String }',
    )
    expect(codesOfObjects(wrong)).toEqual(['Query.featureCode', 'Query.vendorId'])
  })

  it('have an ID only in objects that can be read again by it', () => {
    expect(objectsThatAreNoNodes(printed)).toEqual([])
    expect(objectsThatAreNoNodes(buildSchema('type Query { plan: Plan } type Plan { id: ID! }'))).toEqual(['Plan'])
  })
})

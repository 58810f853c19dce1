import { globSync, readFileSync } from 'node:fs'
import {
  buildSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  visit,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'

const printed = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

/** Subscriptions that return another type than the one of all items. */
const othersThanItems = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getSubscriptionType()!.getFields())
    .filter(({ type }) => String(type) !== 'StreamItem!')
    .map(({ name }) => name)

/** Interfaces that add no field to those that they implement. */
const emptyInterfaces = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter(isInterfaceType)
    .filter((type) => {
      const inherited = new Set(type.getInterfaces().flatMap((parent) => Object.keys(parent.getFields())))
      return Object.keys(type.getFields()).every((name) => inherited.has(name))
    })
    .map(({ name }) => name)

/** Types with the data of events. */
const typesWithData = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => type.getFields()['data'] && type.getFields()['summary'])
    .map(({ name }) => name)

const fragmentsOf = (operation: OperationDefinitionNode): number => {
  let count = 0
  visit(operation, { InlineFragment: () => void count++ })
  return count
}

/** Subscriptions of documents that need more than one type condition. */
function branchingSubscriptions(files: readonly string[]): string[] {
  return files
    .flatMap((file) => parse(readFileSync(file, 'utf8')).definitions)
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .filter((operation) => operation.operation === OperationTypeNode.SUBSCRIPTION && fragmentsOf(operation) > 1)
    .map((operation) => operation.name!.value)
}

describe('Streams of the schema', () => {
  it('have one interface of items, and one type of events', () => {
    expect(othersThanItems(printed)).toEqual([])
    expect(Object.keys(itemType().getFields()).toSorted()).toEqual(['at', 'cursor'])
    expect(
      printed
        .getPossibleTypes(itemType())
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['EntitlementsChanged', 'Event', 'Resync'])
    expect(typesWithData(printed)).toEqual(['Event'])
  })

  it('have no interface without a field of its own', () => {
    expect(emptyInterfaces(printed)).toEqual([])
    const schema = buildSchema(
      `type Query { a: Int } interface A { a: Int } interface B implements A { a: Int } type C implements A & B { a: Int }`,
    )
    expect(emptyInterfaces(schema)).toEqual(['B'])
  })

  it('are read with at most one inline fragment', () => {
    const files = globSync(['packages/client/documents/*.graphql', 'examples/screens/*.graphql'])
    expect(files.length).toBeGreaterThan(5)
    expect(branchingSubscriptions(files)).toEqual([])
  })
})

const itemType = () => {
  const type = printed.getType('StreamItem')
  if (!isInterfaceType(type)) throw new Error('StreamItem is no interface')
  return type
}

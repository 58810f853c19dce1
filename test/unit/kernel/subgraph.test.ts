import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  graphql,
  isObjectType,
  Kind,
  parse,
  printType,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { loadEntities } from '#resolvers/kernel/load-entities.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { subgraphSchema } from '#schema/subgraph.js'
import { assertEverythingDescribed } from '#test/support/schema-contract.js'

const KEYS: Readonly<Record<string, readonly string[]>> = {
  Account: ['id'],
  Agent: ['id'],
  Command: ['id'],
  Deployment: ['id', 'hash'],
  Plan: ['id'],
  Template: ['id'],
}

describe('The schema as a subgraph', () => {
  const schema = buildGraphQLSchema(allResolvers)
  const subgraph = subgraphSchema(schema, loadEntities)

  it('has two fields more, and the same types with their resolvers, costs and inputs of one field', () => {
    const own = new Set(['Query', '_Any', '_Entity', '_Service'])
    for (const [name, type] of Object.entries(subgraph.getTypeMap()))
      if (!own.has(name) && !name.startsWith('__')) expect(schema.getType(name)).toBe(type)
    const [before, after] = [schema.getQueryType()!.getFields(), subgraph.getQueryType()!.getFields()]
    expect(Object.keys(after).filter((name) => !(name in before))).toEqual(['_entities', '_service'])
    for (const [name, { resolve, extensions }] of Object.entries(before))
      expect([name, after[name]]).toMatchObject([name, { resolve, extensions }])
    expect(() => assertEverythingDescribed(subgraph)).not.toThrow()
    expect(subgraphSchema(schema, loadEntities)).toBe(subgraph)
  })

  it('describes itself to gateways as the library does', async () => {
    const { data } = await graphql({ schema: subgraph, source: '{ _service { sdl } }' })
    const library = buildSubgraphSchema(parse((data as unknown as { _service: { sdl: string } })._service.sdl))
    expect(machinery(subgraph)).toEqual(machinery(library))
    const keys = Object.values(library.getTypeMap())
      .filter(isObjectType)
      .map((type) => [type.name, keysOf(type)] as const)
    expect(Object.fromEntries(keys.filter(([, fields]) => fields.length > 0))).toEqual(KEYS)
    // Other subgraphs return amounts and pages too.
    const shareable = Object.values(library.getTypeMap()).filter(({ astNode }) =>
      astNode?.directives?.some(({ name }) => name.value === 'shareable'),
    )
    expect(shareable.map(({ name }) => name).toSorted()).toEqual(['Money', 'PageInfo'])
  })
})

/** The parts of a subgraph for gateways, without descriptions. */
function machinery(schema: GraphQLSchema) {
  const fields = ['_entities', '_service'].map((name) => {
    const { type, args } = schema.getQueryType()!.getFields()[name]!
    return [name, String(type), args.map((each) => [each.name, String(each.type)])]
  })
  const types = ['_Any', '_Entity', '_Service'].map((name) =>
    printType(schema.getType(name)!).replaceAll(/"""[^]*?"""\s*/g, ''),
  )
  return { fields, types }
}

const keysOf = ({ astNode }: { astNode?: ObjectTypeDefinitionNode | null | undefined }): string[] =>
  (astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'key')
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []))

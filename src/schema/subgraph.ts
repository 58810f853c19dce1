import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isObjectType,
} from 'graphql'

/** Loads the objects of representations, in their order. Null for each that does not exist or is not visible. */
export type LoadEntities<Context> = (context: Context, representations: readonly unknown[]) => Promise<unknown[]>

/**
 * Lowest version of the specification that has both directives, so that every gateway of version 2 accepts it. `@apollo/composition`
 * does not know `@oneOf`; it accepts it as a directive of this subgraph.
 */
const FEDERATION_HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])

directive @oneOf on INPUT_OBJECT

`

const RepresentationScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'Type and key of an object, for example `{ __typename: "Account", id: "acc_…" }`.',
})

/** Schemas are shared by the servers of one process, and then their subgraphs too. */
const subgraphs = new WeakMap<GraphQLSchema, GraphQLSchema>()

/**
 * Returns a schema with the two fields through which a federation gateway reads it: `_service` and `_entities`. All other types are those
 * of the given schema, with their resolvers and extensions. `buildSubgraphSchema` would make a new schema from the printed one, which has
 * neither costs nor scalars nor resolvers.
 */
export function subgraphSchema<Context>(schema: GraphQLSchema, loadEntities: LoadEntities<Context>): GraphQLSchema {
  const known = subgraphs.get(schema)
  if (known) return known
  const { query, types, ...config } = schema.toConfig()
  const root = query!.toConfig()
  const subgraph = new GraphQLSchema({
    ...config,
    types: types.filter((type) => type !== query),
    query: new GraphQLObjectType<unknown, Context>({
      ...root,
      fields: { ...root.fields, ...entitiesField(schema, loadEntities), ...serviceField(schema) },
    }),
    assumeValid: true,
  })
  subgraphs.set(schema, subgraph)
  return subgraph
}

function entitiesField<Context>(schema: GraphQLSchema, loadEntities: LoadEntities<Context>) {
  const entity = new GraphQLUnionType({
    name: '_Entity',
    description: 'A type that a federation gateway can ask for by its key.',
    types: Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ astNode }) => astNode?.directives?.some(({ name }) => name.value === 'key'))
      .toSorted((one, other) => one.name.localeCompare(other.name)),
    resolveType: ({ __typename }: { __typename: string }) => __typename,
  })
  return {
    _entities: {
      description:
        'Objects by type and key, in the requested order, for a federation gateway. Null for each that does not exist or is not visible to the caller.',
      type: new GraphQLNonNull(new GraphQLList(entity)),
      args: {
        representations: {
          description: 'Types and keys of the objects, at most 100.',
          type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(RepresentationScalar))),
        },
      },
      resolve: (_root: unknown, { representations }: { representations?: unknown[] }, context: Context) =>
        loadEntities(context, representations!),
    },
  }
}

function serviceField(schema: GraphQLSchema) {
  let sdl: Promise<string> | undefined
  return {
    _service: {
      description: 'This schema for a federation gateway.',
      type: new GraphQLNonNull(
        new GraphQLObjectType({
          name: '_Service',
          description: 'A schema that a federation gateway composes with others.',
          fields: {
            sdl: {
              description: 'The schema in SDL with its keys.',
              type: GraphQLString,
              resolve: () => (sdl ??= printWithKeys(schema)),
            },
          },
        }),
      ),
      resolve: () => ({}),
    },
  }
}

/** The library is loaded when a gateway reads the schema: with the printing it takes more than a tenth of a second. */
async function printWithKeys(schema: GraphQLSchema): Promise<string> {
  const { printSubgraphSchema } = await import('@apollo/subgraph')
  return FEDERATION_HEAD + printSubgraphSchema(schema)
}

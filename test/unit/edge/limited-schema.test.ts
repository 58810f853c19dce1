import { GraphQLInt, GraphQLInputObjectType, GraphQLList, GraphQLObjectType, GraphQLSchema, printSchema } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { limitedSchema } from '#edge/graphql/limited-schema.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'

describe('limited schema', () => {
  it('has the same types and descriptions, and leaves the original schema unchanged', () => {
    const schema = buildGraphQLSchema(allResolvers)
    const resolvers = resolversOf(schema)
    const limited = limitedSchema(schema)
    expect(printSchema(limited)).toBe(printSchema(schema))
    expect(resolversOf(schema)).toEqual(resolvers)
    expect(resolversOf(limited)).not.toEqual(resolvers)
  })

  it('is made once for each schema', () => {
    const choice = new GraphQLInputObjectType({ name: 'Choice', isOneOf: true, fields: { left: { type: GraphQLInt } } })
    const numbers = { type: new GraphQLList(GraphQLInt), args: { choice: { type: choice } } }
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { numbers } }) })
    const limited = limitedSchema(schema)
    expect(limitedSchema(schema)).toBe(limited)
    expect(limited.getType('Choice')).toMatchObject({ isOneOf: true })
  })
})

const resolversOf = (schema: GraphQLSchema): unknown[] =>
  Object.values(schema.getTypeMap()).flatMap((type) =>
    type instanceof GraphQLObjectType ? Object.values(type.getFields()).map((field) => field.resolve) : [],
  )

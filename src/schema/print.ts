import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql'

/** The schema as text in a stable order, ending with a newline: what is committed beside this file. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`
}

import { isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'

/** Puts the resolver that a field brings along as its extension `direct` in the place of the one it was built with. */
export function useRawResolvers(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const direct = field.extensions['direct']
      if (typeof direct === 'function') field.resolve = direct as GraphQLFieldResolver<unknown, unknown>
    }
  }
}

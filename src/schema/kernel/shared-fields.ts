import { isObjectType, type GraphQLSchema } from 'graphql'

/**
 * Fields with a resolver that reads nothing but the catalog, its arguments and the object around it, if the caller is no operator. The edge
 * executes queries of such fields once for each catalog.
 */
const SHARED_FIELDS = [
  'Query.features',
  'Query.plan',
  'Query.plans',
  'Plan.currentVersion',
  'Plan.prices',
  'PlanVersion.prices',
  'Money.formatted',
]

/** Marks the fields with the extension `shared`. Throws if one does not exist. */
export function declareSharedFields(schema: GraphQLSchema): void {
  for (const coordinate of SHARED_FIELDS) {
    const [typeName, fieldName] = coordinate.split('.') as [string, string]
    const type = schema.getType(typeName)
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
    if (!field) throw new Error(`Shared field ${coordinate} does not exist`)
    field.extensions = { ...field.extensions, shared: true }
  }
}

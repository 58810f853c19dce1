import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLNonNull,
  isEnumType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql'
import { requirementIn } from './audience.js'

/** The schema as text in a stable order, ending with a newline: what is committed beside this file. */
export function printSortedSchema(schema: GraphQLSchema): string {
  return `${withRequirements(printSchema(lexicographicSortSchema(schema)), schema)}\n`
}

/** Writes the permissions that fields require as `@requires`, which the printer of the library leaves out. */
function withRequirements(printed: string, schema: GraphQLSchema): string {
  let type = ''
  let field = ''
  return printed
    .split('\n')
    .map((line) => {
      type = /^(?:type|interface) (\w+)/.exec(line)?.[1] ?? type
      field = /^  (\w+)[(:]/.exec(line)?.[1] ?? field
      const isEnd = /^  (?:\w+|\)): /.test(line)
      const required = isEnd ? requirementOf(schema, type, field) : null
      return required === null ? line : `${line} @requires(permission: ${required})`
    })
    .join('\n')
}

/** Permission that a field requires, in the executable or the printed schema. Null if none. */
export function requirementOf(schema: GraphQLSchema, typeName: string, fieldName: string): string | null {
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  const declared = field?.extensions['requires'] as string | undefined
  return declared ?? (field?.astNode ? requirementIn(field.astNode) : null)
}

/** The directive that says which permission a field requires. */
export function requiresDirective(schema: GraphQLSchema): GraphQLDirective {
  const permission = schema.getType('Permission')
  if (!isEnumType(permission)) throw new Error('The schema has no permissions')
  return new GraphQLDirective({
    name: 'requires',
    description:
      'Permission that the caller must have: one on an account on that around the field or that the arguments name, by default the current account of the caller, and others on the installation. Without it the field is null, with the error FORBIDDEN.',
    locations: [DirectiveLocation.FIELD_DEFINITION],
    args: { permission: { type: new GraphQLNonNull(permission), description: 'The permission.' } },
  })
}

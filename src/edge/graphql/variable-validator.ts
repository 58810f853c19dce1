import {
  getNullableType,
  isInputObjectType,
  isListType,
  typeFromAST,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import type { Variables } from './operation-cost.js'

type Validator = (value: unknown) => boolean

/**
 * True if what a compiled operation checks of its variables is enough for these: it takes a list where an input object belongs, and knows
 * nothing of `@oneOf`. Everything else it checks as strictly as graphql-js does, at a fraction of the cost.
 * @throws when an input type holds itself: compiling it would never end
 */
export function compileVariableValidator(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): (variables: Variables) => boolean {
  const known = new Map<GraphQLInputObjectType, Validator | null>()
  const looks = definitions.flatMap((definition) => {
    const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined
    const look = type && validatorFor(type, known)
    return look ? [[definition.variable.name.value, look] as const] : []
  })
  return (variables) => looks.every(([name, look]) => look(variables[name]))
}

/** Undefined for values that need no check: leaves, and lists of them. */
function validatorFor(
  declared: GraphQLInputType,
  known: Map<GraphQLInputObjectType, Validator | null>,
): Validator | undefined {
  const type = getNullableType(declared)
  if (isListType(type)) {
    const item = validatorFor(type.ofType, known)
    return item && ((value) => (Array.isArray(value) ? value.every(item) : item(value)))
  }
  return isInputObjectType(type) ? lookAtObject(type, known) : undefined
}

function lookAtObject(type: GraphQLInputObjectType, known: Map<GraphQLInputObjectType, Validator | null>): Validator {
  const before = known.get(type)
  if (before === null) throw new Error(`${type.name} holds itself`)
  if (before) return before
  known.set(type, null)
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const look = validatorFor(field.type, known)
    return look ? [[field.name, look] as const] : []
  })
  const look: Validator = (value) => {
    if (value === null || typeof value !== 'object') return true
    if (type.isOneOf || Array.isArray(value)) return false
    return fields.every(([name, field]) => field((value as Record<string, unknown>)[name]))
  }
  known.set(type, look)
  return look
}

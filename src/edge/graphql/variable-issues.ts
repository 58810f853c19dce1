import {
  coerceInputValue,
  isInputType,
  isNonNullType,
  typeFromAST,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import { edgeError } from './edge-error.js'
import type { Variables } from './operation-cost.js'

const MAX_MESSAGE = 400

/** graphql-js reports a missing field at the path of its object. */
const MISSING_FIELD = /^Field "(\w+)" of required type /

/**
 * The errors of graphql-js about variables, each with the path of its value. graphql-js names the path only in the message, so the values
 * are coerced a second time, which reports the same problems in the same order. It ends at as many problems as there are errors, because
 * each problem is an error with a stack.
 */
export function withVariableIssues(
  errors: readonly GraphQLError[],
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Variables,
): readonly GraphQLError[] {
  const paths: FieldPath[] = []
  for (const definition of definitions)
    paths.push(...pathsOfProblems(schema, definition, variables, errors.length - paths.length))
  return errors.map((error, index) => {
    const path = paths[index]
    if (!path) return error
    const code = 'BAD_USER_INPUT'
    const { nodes, source, positions } = error
    const message = shortened(error.message)
    const issues = [{ path: path.map(String), code, message }]
    return edgeError(code, message, { nodes, source, positions, extensions: { field: path.join('.'), issues } })
  })
}

/** graphql-js quotes the whole value, however long it is, before the reason. */
const shortened = (message: string): string =>
  message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE / 2)}…${message.slice(-MAX_MESSAGE / 2)}`

/** Ends the coercion of a value. */
class Enough extends Error {}

function pathsOfProblems(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  variables: Variables,
  limit: number,
): FieldPath[] {
  const { name } = definition.variable
  const type = typeFromAST(schema, definition.type)
  if (limit <= 0) return []
  if (!isInputType(type)) return [[name.value]]
  if (isMissing(type, definition, variables)) return [[name.value]]
  if (!Object.hasOwn(variables, name.value)) return []
  const paths: FieldPath[] = []
  try {
    coerceInputValue(variables[name.value], type, (path, _value, { message }) => {
      const [, missing] = MISSING_FIELD.exec(message) ?? []
      paths.push([name.value, ...path, ...(missing ? [missing] : [])])
      if (paths.length >= limit) throw new Enough()
    })
  } catch (error) {
    if (!(error instanceof Enough)) throw error
  }
  return paths
}

function isMissing(type: GraphQLInputType, definition: VariableDefinitionNode, variables: Variables): boolean {
  const { name } = definition.variable
  if (!isNonNullType(type)) return false
  return Object.hasOwn(variables, name.value) ? variables[name.value] === null : !definition.defaultValue
}

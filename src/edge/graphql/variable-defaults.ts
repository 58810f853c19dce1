import {
  astFromValue,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromASTUntyped,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import type { Variables } from './operation-cost.js'

/** Returns the value with its defaults, or the value itself if it has all of them. */
type Fill = (value: unknown) => unknown

interface FilledName {
  readonly name: string
  /** Undefined: the name may be missing, or a compiled operation knows its default. */
  readonly fallback: unknown
  readonly fill: Fill | undefined
}

/**
 * Fills in the defaults of variables and input fields that must not be null and are missing. A compiled operation rejects them, so that
 * graphql-js would have to check and execute the operation.
 * @throws when an input type holds itself
 */
export function compileVariableDefaults(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): (variables: Variables) => Variables {
  const names = definitions.flatMap(({ variable, type: node, defaultValue }): FilledName[] => {
    const type = typeFromAST(schema, node) as GraphQLInputType | undefined
    if (!type) return []
    const fallback = isNonNullType(type) && defaultValue ? valueFromASTUntyped(defaultValue) : undefined
    return named(variable.name.value, fallback, fillOf(type, []))
  })
  return names.length === 0 ? (variables) => variables : (variables) => fillNames(variables, names) as Variables
}

function fillOf(declared: GraphQLInputType, within: readonly GraphQLInputType[]): Fill | undefined {
  const type = getNullableType(declared)
  if (isListType(type)) {
    const item = fillOf(type.ofType, within)
    return item && ((value) => (Array.isArray(value) ? fillItems(value, item) : item(value)))
  }
  if (!isInputObjectType(type)) return undefined
  if (within.includes(type)) throw new Error(`${type.name} holds itself`)
  const fields = Object.values(type.getFields()).flatMap((field) =>
    named(field.name, fallbackOf(field), fillOf(field.type, [...within, type])),
  )
  return fields.length === 0 ? undefined : (value) => fillNames(value, fields)
}

const named = (name: string, fallback: unknown, fill: Fill | undefined): FilledName[] =>
  fallback === undefined && !fill ? [] : [{ name, fallback, fill }]

/** Default of a field as a client would send it. */
function fallbackOf({ type, defaultValue }: GraphQLInputField): unknown {
  if (!isNonNullType(type) || defaultValue === undefined) return undefined
  const node = astFromValue(defaultValue, type)
  return node ? valueFromASTUntyped(node) : undefined
}

function fillItems(items: readonly unknown[], fill: Fill): readonly unknown[] {
  let filled: unknown[] | undefined
  items.forEach((item, index) => {
    const next = fill(item)
    if (next !== item) (filled ??= [...items])[index] = next
  })
  return filled ?? items
}

function fillNames(value: unknown, names: readonly FilledName[]): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const given = value as Record<string, unknown>
  let filled: Record<string, unknown> | undefined
  for (const { name, fallback, fill } of names) {
    const before = given[name]
    const next = before === undefined ? fallback : fill ? fill(before) : before
    if (next !== before) (filled ??= { ...given })[name] = next
  }
  return filled ?? value
}

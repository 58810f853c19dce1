import {
  getNullableType,
  GraphQLNonNull,
  isInputObjectType,
  Kind,
  typeFromAST,
  valueFromASTUntyped,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import { argumentsOfVariables } from '#rest/shared-operations/client-documents.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { valueOf, type InputValue } from './json-schema.js'
import type { ToolDocument } from './tools.js'

/** An input of a tool, with the path to its place in the variables. */
export interface ToolValue extends InputValue {
  readonly path: readonly string[]
  /** True if the tool has another default than the document. */
  readonly isSentByDefault: boolean
}

/** Maximum number of objects of a list that are read by default. */
const PAGE = 20

/** The variables of a document as inputs of a tool. */
export function valuesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  { names = {}, fixed = {} }: ToolDocument,
): ToolValue[] {
  const args = argumentsOfVariables(schema, document)
  const named = Object.entries(names).map(([name, path]) => ({ name, path: path.split('.') }))
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  return (operation?.variableDefinitions ?? []).flatMap((definition) => {
    const variable = variableOf(schema, definition, args)
    const own = named.filter(({ path: [head] }) => head === variable.name)
    if (variable.name in fixed) return []
    const type = getNullableType(variable.type)
    const isFlattened = variable.name === 'input' && isInputObjectType(type)
    const members = isFlattened
      ? Object.values(type.getFields())
          .filter(({ name }) => !(`input.${name}` in fixed))
          .map((field) => toolValue(valueOf(field), ['input', field.name]))
      : [toolValue(variable, [variable.name])]
    return own.length === 0 ? members : own.map(({ name, path }) => required(variable, name, path))
  })
}

function variableOf(
  schema: GraphQLSchema,
  { variable, type, defaultValue }: VariableDefinitionNode,
  args: ReadonlyMap<string, GraphQLArgument>,
): InputValue {
  const name = variable.name.value
  const argument = args.get(name)
  const own = argument && valueOf(argument)
  return {
    name,
    type: typeFromAST(schema, type) as GraphQLInputType,
    description: own?.description ?? null,
    defaultValue: defaultValue ? valueFromASTUntyped(defaultValue) : own?.defaultValue,
  }
}

function toolValue(value: InputValue, path: readonly string[]): ToolValue {
  const isPage = value.name === 'first'
  return {
    ...value,
    name: value.name.replace(/(?:Id|Hash)$/, ''),
    ...(isPage ? { defaultValue: PAGE } : {}),
    path,
    isSentByDefault: isPage,
  }
}

/** The value at a path, which a call must have. */
function required(variable: InputValue, name: string, path: readonly string[]): ToolValue {
  let { type, description } = variable
  for (const member of path.slice(1)) {
    const object = getNullableType(type)
    const field = isInputObjectType(object) ? object.getFields()[member] : undefined
    if (!field) throw new AppError('INTERNAL', `${String(type)} has no member ${member}`)
    type = field.type
    description = field.description ?? null
  }
  const found = new GraphQLNonNull(getNullableType(type))
  return { name, type: found, description, defaultValue: undefined, path, isSentByDefault: false }
}

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, Kind, print, type GraphQLField, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { ClientDocuments, KEY_ARGUMENT } from '#rest/shared-operations/client-documents.js'
import { isOfOperators, requirementIn } from '#schema/audience.js'
import { projectFolder } from '#services/kernel/project-folder.js'
import type { InputValue, JsonSchema } from './json-schema.js'
import { dataSchema } from './output-schema.js'
import { valuesOf, type ToolValue } from './tool-values.js'
import type { ToolArguments } from './preview-tokens.js'
import { TOOLS, type ToolDocument, type ToolRow } from './tools.js'

/** A document that a tool sends. */
export interface ToolOperation {
  readonly text: string
  /** Variables without the idempotency key, which the MCP server creates. */
  readonly inputs: readonly InputValue[]
  readonly variablesOf: (args: ToolArguments) => Record<string, unknown>
  /** Form of the data that it returns. */
  readonly output: JsonSchema
}

/** A tool with what follows from the schema. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly installation: string | null
  readonly account: string | null
  readonly operation: ToolOperation
  /** Null for tools that only read. */
  readonly preview: (ToolOperation & { readonly description: string }) | null
}

/** The printed schema. */
export const toolSchema = (): GraphQLSchema =>
  buildSchema(readFileSync(join(projectFolder(), 'src/schema/schema.graphql'), 'utf8'), { assumeValid: true })

/** All tools, by name. */
export function readTools(schema: GraphQLSchema): Tool[] {
  const documents = new ClientDocuments()
  return TOOLS.map((row) => {
    const { name, preview } = row
    const field = rootFieldOf(schema, documents, row)
    const permission = row.account ?? (field.astNode ? requirementIn(field.astNode) : null)
    const ofInstallation = permission !== null && isOfOperators(permission)
    return {
      name,
      description: row.description ?? textOf(field),
      installation: ofInstallation ? permission : null,
      account: ofInstallation ? null : permission,
      operation: operationOf(schema, documents, row),
      preview: preview ? { ...operationOf(schema, documents, preview), description: preview.description } : null,
    }
  })
}

/** The documents of all tools as a manifest for `TRUSTED_DOCUMENTS`. */
export function manifestOf(tools: readonly Tool[]): Record<string, string> {
  const documents = new ClientDocuments()
  return Object.fromEntries(
    tools
      .flatMap(({ operation, preview }) => [operation.text, ...(preview ? [preview.text] : [])])
      .concat(ACCESS_DOCUMENTS.map((name) => documents.textOf(name)))
      .map((text) => [createHash('sha256').update(text).digest('hex'), text]),
  )
}

/** Documents by which the permissions of the caller are read. */
export const ACCESS_DOCUMENTS = ['Permissions', 'Accounts'] as const

/** The first root field of a tool. */
function rootFieldOf(
  schema: GraphQLSchema,
  documents: ClientDocuments,
  { documents: names }: ToolRow,
): GraphQLField<unknown, unknown> {
  const { operation, selectionSet } = documents.compose(names).definitions[0] as OperationDefinitionNode
  const [field] = selectionSet.selections
  if (field?.kind !== Kind.FIELD) throw new Error(`The document of ${names.join(', ')} begins with no field`)
  return schema.getRootType(operation)!.getFields()[field.name.value]!
}

/** Text of the root field, without what its result says. */
const textOf = ({ description }: GraphQLField<unknown, unknown>): string =>
  (description ?? '').replaceAll('\n', ' ').replaceAll(/ (?:Public|Null if [^.]*)\.(?= |$)/g, '')

function operationOf(schema: GraphQLSchema, documents: ClientDocuments, row: ToolDocument): ToolOperation {
  const { documents: names, without = [], fixed = {} } = row
  const document = documents.compose(names, without)
  const values = valuesOf(schema, document, row)
  return {
    text: print(document),
    inputs: values.filter(({ name }) => name !== KEY_ARGUMENT),
    variablesOf: (args) => variablesOf(values, fixed, args),
    output: dataSchema(schema, document),
  }
}

function variablesOf(
  values: readonly ToolValue[],
  fixed: Readonly<Record<string, unknown>>,
  args: ToolArguments,
): Record<string, unknown> {
  const variables = {}
  for (const { name, path, defaultValue, isSentByDefault } of values) {
    const value = args[name] ?? (isSentByDefault ? defaultValue : undefined)
    if (value !== undefined) place(variables, path, value)
  }
  for (const [path, value] of Object.entries(fixed)) place(variables, path.split('.'), value)
  return variables
}

function place(variables: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (rest.length === 0) variables[head!] = value
  else place((variables[head!] ??= {}) as Record<string, unknown>, rest, value)
}

import { createHash } from 'node:crypto'
import {
  buildSchema,
  Kind,
  print,
  validate,
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { leavesOutAbsent } from '#edge/graphql/absent-selections.js'
import { ClientDocuments, KEY_ARGUMENT } from '#rest/shared-operations/client-documents.js'
import { isOfOperators, requirementIn } from '#schema/audience.js'
import { printedSchema } from '#schema/printed-schema.js'
import type { InputValue, JsonSchema } from './json-schema.js'
import { dataSchema } from './output-schema.js'
import { valuesOf, type ToolValue } from './tool-values.js'
import type { ToolArguments } from './preview-tokens.js'
import { TOOLS, type ToolDocument } from './tools.js'

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

/** A printed schema. Default: that of all modules. */
export const toolSchema = (printed = printedSchema()): GraphQLSchema => buildSchema(printed, { assumeValid: true })

/** The tools of a schema, by name. A tool has the fields of the installed modules. */
export function readTools(schema: GraphQLSchema): Tool[] {
  const client = new ClientDocuments()
  const reduce = leavesOutAbsent(schema, printedSchema)
  const read = ({ documents, without }: ToolDocument) => reduce(client.compose(documents, without))
  const isServed = (row: ToolDocument) => validate(schema, read(row)).length === 0
  return TOOLS.filter((row) => isServed(row) && (!row.preview || isServed(row.preview))).map((row) => {
    const { name, preview } = row
    const field = rootFieldOf(schema, read(row))
    const permission = row.account ?? (field.astNode ? requirementIn(field.astNode) : null)
    const ofInstallation = permission !== null && isOfOperators(permission)
    return {
      name,
      description: row.description ?? textOf(field),
      installation: ofInstallation ? permission : null,
      account: ofInstallation ? null : permission,
      operation: operationOf(schema, read(row), row),
      preview: preview ? { ...operationOf(schema, read(preview), preview), description: preview.description } : null,
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

/** The first root field of a document. */
function rootFieldOf(schema: GraphQLSchema, document: DocumentNode): GraphQLField<unknown, unknown> {
  const { operation, selectionSet } = document.definitions[0] as OperationDefinitionNode
  const [field] = selectionSet.selections
  if (field?.kind !== Kind.FIELD) throw new Error('The document of a tool begins with no field')
  return schema.getRootType(operation)!.getFields()[field.name.value]!
}

/** Text of the root field, without what its result says. */
const textOf = ({ description }: GraphQLField<unknown, unknown>): string =>
  (description ?? '').replaceAll('\n', ' ').replaceAll(/ (?:Public|Null if [^.]*)\.(?= |$)/g, '')

function operationOf(schema: GraphQLSchema, document: DocumentNode, row: ToolDocument): ToolOperation {
  const { fixed = {} } = row
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

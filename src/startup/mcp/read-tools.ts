import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  buildSchema,
  extendSchema,
  getDirectiveValues,
  isInputType,
  Kind,
  parse,
  print,
  separateOperations,
  typeFromAST,
  valueFromASTUntyped,
  visit,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { z } from 'zod'
import { AppError } from '#services/kernel/errors/app-error.js'
import { projectFolder } from '#services/kernel/project-folder.js'
import type { InputValue } from './json-schema.js'

/** A document that a tool sends, with the names of its variables. */
export interface ToolOperation {
  readonly text: string
  readonly variables: readonly string[]
}

/** A tool as its file defines it. */
export interface Tool {
  readonly name: string
  readonly description: string
  /** Permission on the installation without which the server rejects every call. */
  readonly installation: string | null
  /** Permission on the account without which the server rejects the call. */
  readonly account: string | null
  /** Variables without the idempotency key, which the MCP server creates. */
  readonly inputs: readonly InputValue[]
  readonly operation: ToolOperation
  /** Null for tools that only read. */
  readonly preview: (ToolOperation & { readonly description: string }) | null
}

/** Marks the operation of a tool, and names the permission that it requires. Servers never see it. */
const TOOL_DIRECTIVE = `directive @tool(installation: InstallationPermission, account: Permission) on QUERY | MUTATION`
export const IDEMPOTENCY_KEY = 'idempotencyKey'

const toolsFolder = () => join(projectFolder(), 'src/startup/mcp/tools')

/** The printed schema, with the directive of tools. */
export function toolSchema(): GraphQLSchema {
  const printed = readFileSync(join(projectFolder(), 'src/schema/schema.graphql'), 'utf8')
  return extendSchema(buildSchema(printed, { assumeValid: true }), parse(TOOL_DIRECTIVE), { assumeValid: true })
}

/** All tools, by name. The name of a tool is that of its file, with underscores. */
export const readTools = (schema: GraphQLSchema): Tool[] =>
  readdirSync(toolsFolder())
    .filter((file) => file.endsWith('.graphql'))
    .toSorted()
    .map((file) => readTool(schema, file))

/** The documents of all tools as a manifest for `TRUSTED_DOCUMENTS`. */
export const manifestOf = (tools: readonly Tool[]): Record<string, string> =>
  Object.fromEntries(
    tools
      .flatMap(({ operation, preview }) => [operation.text, ...(preview ? [preview.text] : [])])
      .concat(ACCESS_DOCUMENTS)
      .map((text) => [createHash('sha256').update(text).digest('hex'), text]),
  )

/** The permissions of the caller on the installation and on its current account. */
export const ACCESS = `{ installation { viewerCan } account { viewerCan } }`
/** A service key without an account has the same permissions on every account. */
export const ACCESS_TO_ACCOUNTS = `{ accounts(first: 1) { nodes { viewerCan } } }`
const ACCESS_DOCUMENTS = [ACCESS, ACCESS_TO_ACCOUNTS]

const toolArguments = z.object({ installation: z.string().nullish(), account: z.string().nullish() })

function readTool(schema: GraphQLSchema, file: string): Tool {
  const document = parse(readFileSync(join(toolsFolder(), file), 'utf8'))
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const found = operations.find(({ directives }) => directives?.some(({ name }) => name.value === 'tool'))
  if (!found?.name) throw new AppError('INTERNAL', `${file} has no operation with @tool`)
  const preview = operations.find((operation) => operation !== found)
  const { installation, account } = toolArguments.parse(
    getDirectiveValues(schema.getDirective('tool')!, found, undefined),
  )
  const texts = separateOperations(withoutNotes(document))
  const inputs = (found.variableDefinitions ?? []).map(({ variable, type, description, defaultValue }): InputValue => ({
    name: variable.name.value,
    type: inputType(schema, type),
    description: description?.value ?? null,
    defaultValue: defaultValue ? valueFromASTUntyped(defaultValue) : undefined,
  }))
  return {
    name: basename(file, '.graphql').replaceAll('-', '_'),
    description: found.description?.value ?? '',
    installation: installation ?? null,
    account: account ?? null,
    inputs: inputs.filter(({ name }) => name !== IDEMPOTENCY_KEY),
    operation: operationOf(found, texts),
    preview: preview ? { ...operationOf(preview, texts), description: preview.description?.value ?? '' } : null,
  }
}

function inputType(schema: GraphQLSchema, node: Parameters<typeof typeFromAST>[1]): GraphQLInputType {
  const type = typeFromAST(schema, node)
  if (isInputType(type)) return type
  throw new AppError('INTERNAL', `${print(node)} is not an input type`)
}

const operationOf = (
  { name, variableDefinitions = [] }: OperationDefinitionNode,
  texts: Readonly<Record<string, DocumentNode>>,
): ToolOperation => ({
  text: print(texts[name!.value]!),
  variables: variableDefinitions.map(({ variable }) => variable.name.value),
})

/** The document as the server receives it: without descriptions and without the directive of tools. */
const withoutNotes = (document: DocumentNode): DocumentNode =>
  visit(document, {
    OperationDefinition: ({ description: _text, ...operation }) => ({ ...operation, directives: [] }),
    VariableDefinition: ({ description: _text, ...variable }) => variable,
  })

import type { CallToolResult } from '@modelcontextprotocol/server'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { GraphQLResponse, ServerApi } from '../server-api.js'
import type { ToolArguments } from './preview-tokens.js'
import type { ToolOperation } from './read-tools.js'

/** Why a call has no result. */
export interface ToolError {
  readonly code: string
  readonly message: string
}

/** Result of an operation: data, or an error. */
export type Outcome =
  | { readonly data: Readonly<Record<string, unknown>>; readonly errors?: readonly ToolError[] }
  | { readonly error: ToolError; readonly isAnswered: boolean }

/** Sends the operation of a tool with those arguments that it uses. */
export async function callServer(
  api: ServerApi,
  { text, variablesOf }: ToolOperation,
  args: ToolArguments,
  requestId: string,
): Promise<Outcome> {
  try {
    return outcomeOf(await api.execute(text, variablesOf(args), requestId))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { error: { code: 'UNAVAILABLE', message: error.message }, isAnswered: false }
  }
}

function outcomeOf({ data, errors = [] }: GraphQLResponse): Outcome {
  const problems = errors.map(({ message, extensions }) => ({ code: extensions?.code ?? 'INTERNAL', message }))
  const results = Object.values(data ?? {}).filter((value) => value !== null)
  const denial = results.map(denialOf).find((found) => found !== null)
  if (denial) return { error: denial, isAnswered: true }
  if (data && results.length > 0) return { data, ...(problems.length > 0 ? { errors: problems } : {}) }
  const [first] = problems
  return {
    error: first ?? { code: 'NOT_FOUND', message: 'Not found, or not visible to the key.' },
    isAnswered: first?.code !== 'INTERNAL' && first?.code !== 'UNAVAILABLE',
  }
}

/** Returns the denial of the change that a preview shows. Null if the change would not be denied. */
export const previewDenial = (data: Readonly<Record<string, unknown>>): ToolError | null =>
  Object.values(data)
    .map(denialIn)
    .find((denial) => denial !== null) ?? null

/** Returns the denial that is the whole result. Null for a check, whose result has more than its denial. */
const denialOf = (value: unknown): ToolError | null =>
  typeof value === 'object' && value !== null && 'allowed' in value ? null : denialIn(value)

function denialIn(value: unknown): ToolError | null {
  const denial = typeof value === 'object' && value !== null && 'denial' in value ? (value.denial as ToolError) : null
  return denial && { code: denial.code, message: denial.message }
}

export const toResult = (content: Record<string, unknown>, isError = false): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(content) }],
  structuredContent: content,
  ...(isError ? { isError } : {}),
})

export const toErrorResult = (error: ToolError): CallToolResult => toResult({ error }, true)

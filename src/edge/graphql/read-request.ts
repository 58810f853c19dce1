import type { GraphQLError } from 'graphql'
import { edgeError } from './edge-error.js'

type JsonObject = Readonly<Record<string, unknown>>

/** One GraphQL request, whatever way it came. */
export interface GraphQLRequest {
  query: string | undefined
  /** ID of a trusted document. */
  documentId: string | undefined
  operationName: string | undefined
  variables: JsonObject
  extensions: JsonObject | undefined
}

/** Reads one request of a JSON body. */
export function readBody(body: unknown): GraphQLRequest | GraphQLError {
  if (!isObject(body)) return malformed('The body must be a JSON object with query.')
  const { query, documentId, operationName, variables, extensions } = body
  if (!isAbsent(query) && typeof query !== 'string') return malformed('query must be a string.')
  if (!isAbsent(documentId) && typeof documentId !== 'string') return malformed('documentId must be a string.')
  if (!isAbsent(operationName) && typeof operationName !== 'string') return malformed('operationName must be a string.')
  if (!isAbsent(variables) && !isObject(variables)) return malformed('variables must be an object.')
  if (!isAbsent(extensions) && !isObject(extensions)) return malformed('extensions must be an object.')
  return {
    query: query ?? undefined,
    documentId: documentId ?? undefined,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    extensions: extensions ?? undefined,
  }
}

/** Reads the request of a GET: the same members as parameters, the objects among them as JSON. */
export function readParameters(parameters: JsonObject): GraphQLRequest | GraphQLError {
  const read: Record<string, unknown> = {}
  for (const name of ['query', 'documentId', 'operationName', 'variables', 'extensions']) {
    const value = parameters[name]
    if (value === undefined || value === '') continue
    if (typeof value !== 'string') return malformed(`The parameter ${name} must not be repeated.`)
    try {
      read[name] = name === 'variables' || name === 'extensions' ? JSON.parse(value) : value
    } catch {
      return malformed(`The parameter ${name} is not valid JSON.`)
    }
  }
  return readBody(read)
}

function malformed(message: string): GraphQLError {
  return edgeError('BAD_REQUEST', message)
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

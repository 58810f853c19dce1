import {
  errorOfResponse,
  NetworkError,
  StackgateError,
  statedWait,
  type GraphQLErrorBody,
  type ResponseDetails,
  type StackgateCode,
} from './errors.js'
import type { ClientTimers } from './timers.js'

/** Result of one operation. */
export interface GraphQLBody {
  readonly data?: unknown
  readonly errors?: readonly GraphQLErrorBody[]
}

/** Results of a response: one for each operation, or the error of all of them. */
export interface ReadResponse {
  readonly details: ResponseDetails
  readonly bodies: readonly GraphQLBody[]
}

/**
 * Reads the response to a request with a number of operations.
 * @throws StackgateError if the response has no results
 */
export async function readResponse(response: Response, count: number, timers: ClientTimers): Promise<ReadResponse> {
  const details = detailsOf(response, timers)
  const text = await response.text().catch((cause: unknown) => {
    throw new NetworkError('The connection ended before the response was complete.', cause)
  })
  return { details, bodies: bodiesOf(parseBody(response, text, details), count, details) }
}

/**
 * The JSON of a response.
 * @throws StackgateError that says what arrived instead
 */
export function parseBody(response: Response, text: string, details: ResponseDetails): unknown {
  const type = mediaTypeOf(response)
  if (text.trim() === '') throw unexpected(details, 'an empty body')
  if (!/^application\/(?:[\w.+-]+\+)?json$/.test(type)) throw unexpected(details, formOf(type, text))
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unexpected(details, 'incomplete or invalid JSON', cause)
  }
}

function bodiesOf(body: unknown, count: number, details: ResponseDetails): GraphQLBody[] {
  const list = Array.isArray(body) ? body : [body]
  if (list.length === count && (count > 1 || !Array.isArray(body)) && list.every(isResult)) return list
  const [only] = list as [unknown]
  if (Array.isArray(body)) throw unexpected(details, `a list of ${list.length} results instead of ${count}`)
  if (isResult(only) && only.errors?.length) throw errorOfResponse(only.errors, details)
  const { code, message, request_id: requestId } = Object(only) as Record<string, unknown>
  if (typeof code === 'string' && typeof message === 'string')
    throw errorOfResponse([{ message, extensions: { ...Object(only), code, requestId } }], details)
  throw unexpected(details, 'JSON that is not a GraphQL response')
}

const isResult = (body: unknown): body is GraphQLBody => {
  const { data, errors } = Object(body) as GraphQLBody
  return (Array.isArray(errors) && errors.length > 0) || (typeof data === 'object' && data !== null)
}

const mediaTypeOf = (response: Response): string =>
  (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()

function formOf(type: string, text: string): string {
  if (type === 'text/html' || /^\s*<(?:!doctype|html)/i.test(text)) return 'an HTML page'
  return type ? `the content type ${type}` : 'a body without a content type'
}

/** @throws StackgateError if the response leads to another address, which is not followed with a token */
export function checkRedirect(response: Response, timers: ClientTimers): void {
  const { status, type, headers } = response
  if (type !== 'opaqueredirect' && (status < 300 || status >= 400)) return
  const location = headers.get('location')
  const target = location ? ` to ${location}` : ''
  throw new StackgateError({
    ...detailsOf(response, timers),
    code: 'BAD_RESPONSE',
    message: `The server redirects${target}. Use the final address as url.`,
  })
}

/** Codes of statuses that proxies respond with. */
const CODES: Readonly<Record<number, StackgateCode>> = {
  401: 'UNAUTHENTICATED',
  413: 'BODY_TOO_LARGE',
  429: 'RATE_LIMITED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
}

/** The error of a response without a result. */
export function unexpected(details: ResponseDetails, found: string, cause?: unknown): StackgateError {
  const { status = 0 } = details
  return new StackgateError({
    ...details,
    code: CODES[status] ?? 'BAD_RESPONSE',
    message: `The response with status ${status} has ${found} instead of a result of Stackgate.`,
    cause,
  })
}

/** Status, request ID and `Retry-After` of a response. */
export function detailsOf({ status, headers }: Response, timers: ClientTimers): ResponseDetails {
  const requestId = headers.get('x-request-id') ?? undefined
  const retryAfterMs = retryAfterOf(headers, timers.now())
  return { status, requestId, retryAfterMs }
}

/** Milliseconds of `Retry-After`, which is a number of seconds or a date, at most a day. A date is compared with the clock of the server. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return statedWait(Number(value) * 1000)
  return statedWait(Math.max(0, Date.parse(value) - (Date.parse(headers.get('date') ?? '') || now)))
}

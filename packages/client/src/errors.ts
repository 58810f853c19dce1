import type { ErrorCode } from './generated/codes.js'
import type { DenialCode, Open } from './generated/types.js'

/**
 * Codes of errors that the client itself detects. `NETWORK`: no complete response arrived. `BAD_RESPONSE`: the response is not one of
 * Stackgate, for example a page of a proxy. `CLOSED`: the client was closed. `CONFIGURATION` is a mistake in the use of the client.
 */
export type ClientCode = 'NETWORK' | 'BAD_RESPONSE' | 'CLOSED' | 'CONFIGURATION'

/** Every code that an error of this package can have. A newer server can send others. */
export type StackgateCode = Open<DenialCode | ErrorCode | ClientCode>

/** A problem of one value of the input. */
export interface ValidationIssue {
  /** Names and indexes that lead to the value, for example `['input', 'items', 0, 'quantity']`. */
  readonly path: readonly (string | number)[]
  readonly code: string
  readonly message: string
}

/** Details of a `StackgateError`. */
export interface StackgateErrorDetails {
  readonly code: StackgateCode
  readonly message: string
  readonly status?: number
  readonly requestId?: string
  readonly retryAfterMs?: number
  readonly path?: readonly (string | number)[]
  readonly issues?: readonly ValidationIssue[]
  readonly errors?: readonly StackgateError[]
  readonly data?: unknown
  readonly key?: string
  readonly keys?: readonly string[]
  readonly cause?: unknown
}

/** The only error that requests and streams of this package throw, apart from the reason of an aborted signal. */
export class StackgateError extends Error {
  override name = 'StackgateError'
  /** Code of the problem, for programs. The messages are for people and can change. */
  declare readonly code: StackgateCode
  /** HTTP status of the response. Undefined if none arrived. */
  declare readonly status: number | undefined
  /** ID of the request in the log of the server. */
  declare readonly requestId: string | undefined
  /** Time after which the server accepts the request again, in milliseconds. */
  declare readonly retryAfterMs: number | undefined
  /** Path of the field in the result, for example `['account', 'invoices']`. */
  declare readonly path: readonly (string | number)[] | undefined
  /** Each problem of the input. Empty if the input is not the cause. */
  declare readonly issues: readonly ValidationIssue[]
  /** The fields without an error. Undefined if the server returned none. */
  declare readonly data: unknown
  /**
   * Key of the call that failed, set by `@stackgate/client/entitlements`. The call can have been executed: repeat it with this key, which has
   * no second effect.
   */
  declare readonly key: string | undefined
  /** As `key`, of each event of `recordUsage`. */
  declare readonly keys: readonly string[] | undefined
  readonly #others: readonly StackgateError[]

  constructor({ message, cause, issues = [], errors = [], ...details }: StackgateErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    Object.assign(this, details, { issues })
    this.#others = errors
  }

  /** All errors of the response, this one first. */
  get errors(): readonly StackgateError[] {
    return [this, ...this.#others]
  }

  /** The error for `JSON.stringify`, with its message. `errors` has the other errors of the response. */
  toJSON(): object {
    return Object.assign({ message: this.message, errors: this.#others }, this)
  }
}

/**
 * No complete response arrived: the server is unreachable, the connection was cut, or it stayed silent until the timeout. A mutation can have
 * been executed: repeat it with the same idempotency key.
 */
export class NetworkError extends StackgateError {
  override name = 'NetworkError'

  constructor(message: string, cause?: unknown) {
    super({ code: 'NETWORK', message, cause })
  }
}

/** An error for a mistake in the use of the client. */
export const misuse = (message: string): StackgateError => new StackgateError({ code: 'CONFIGURATION', message })

/**
 * A copy of the value in the form that is sent. Later changes of the value have no effect on it.
 * @throws StackgateError with the code `CONFIGURATION` if JSON cannot carry it, as a BigInt or a cycle
 */
export function asSent<Value extends object>(value: Value, subject: string): Value {
  try {
    return JSON.parse(JSON.stringify(value)) as Value
  } catch (cause) {
    throw Object.assign(misuse(`${subject} cannot be sent as JSON: ${(cause as Error).message}`), { cause })
  }
}

/** An error in the form of GraphQL. */
export interface GraphQLErrorBody {
  readonly message?: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Properties of the response that an error was part of. */
export interface ResponseDetails {
  readonly status?: number
  readonly requestId?: string
  readonly retryAfterMs?: number
}

/** A longer timer would end at once, so that a wrong time would lead to requests without a pause. */
const MAX_WAIT_MS = 86_400_000

/** A wait that a server states, in milliseconds: at most a day. Undefined if it is none. */
export const statedWait = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 ? Math.min(value, MAX_WAIT_MS) : undefined

/**
 * The errors of a response as one error: the first, with the others in `errors`.
 * @param bodies those of a server, which can have any form
 */
export function errorOfResponse(bodies: unknown, response: ResponseDetails, data?: unknown): StackgateError {
  const [first = detailsOf(bodies, response), ...others] = [bodies].flat().map((body) => detailsOf(body, response))
  return new StackgateError({ ...first, data, errors: others.map((details) => new StackgateError(details)) })
}

function detailsOf(body: unknown, response: ResponseDetails) {
  const { message, path, extensions } = Object(body) as GraphQLErrorBody
  const { code, requestId, retryAfterMs, issues } = Object(extensions) as Partial<StackgateErrorDetails>
  return {
    ...response,
    code: code ?? 'INTERNAL',
    message: message ?? 'Unknown error.',
    path,
    issues: issues ?? [],
    requestId: requestId ?? response.requestId,
    retryAfterMs: statedWait(retryAfterMs) ?? response.retryAfterMs,
  }
}

const REJECTED_TOKEN: readonly string[] = ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED']

/** True if the whole request was rejected because of its token. */
export const isRejectedToken = ({ code, data }: StackgateError): boolean =>
  (data === undefined || data === null) && REJECTED_TOKEN.includes(code)

const TEMPORARY: readonly string[] = ['NETWORK', 'UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED']

/** True if the same request can succeed later. */
export const isTemporary = ({ code, data }: StackgateError): boolean =>
  (data === undefined || data === null) && TEMPORARY.includes(code)

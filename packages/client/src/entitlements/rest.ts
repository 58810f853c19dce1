import { toDenial, type Denial } from '../denials.js'
import {
  asSent,
  errorOfResponse,
  isRejectedToken,
  isTemporary,
  NetworkError,
  StackgateError,
  statedWait,
} from '../errors.js'
import { Http, type Fetch } from '../http.js'
import { detailsOf, parseBody, unexpected } from '../http-response.js'
import { backoff, delay, type ClientTimers } from '../timers.js'
import type { Tokens } from '../tokens.js'

/** A body with the names of this package, or the denial of the request. */
export type RestAnswer = { readonly body: unknown } | { readonly denial: Denial }

export interface RestOptions {
  readonly base: string
  readonly fetch: Fetch
  readonly tokens: Tokens
  readonly timers: ClientTimers
  readonly timeoutMs: number
  readonly retries: number
}

const BASE_MS = 100
const MAX_MS = 2_000
/** A denial or an overload that lasts longer is returned instead of awaited. */
const MAX_WAIT_MS = 2_000

/** Sends requests of services over REST. Each can be repeated: it has an idempotency key, or names a resource. */
export class Rest {
  private readonly routes = new Map<string, Http>()

  constructor(private readonly options: RestOptions) {}

  /**
   * Posts to a route, again after temporary failures.
   * @throws StackgateError if there is neither a result nor a denial
   */
  async post(verb: string, input: object, account: string | undefined): Promise<RestAnswer> {
    const { tokens, timers, retries } = this.options
    const body = asSent(toRest(input), `The input of ${verb}`)
    let token = await tokens.current()
    let isRenewed = false
    for (let attempt = 0; ;) {
      const answer = await this.once(verb, { body, token, account }).catch((error: StackgateError) => ({ error }))
      if ('body' in answer) return answer
      if ('error' in answer && isRejectedToken(answer.error) && !isRenewed) {
        isRenewed = true
        const renewed = await tokens.renew(token, answer.error)
        if (renewed === undefined) throw answer.error
        token = renewed
        continue
      }
      const wait = waitOf(answer) + backoff(timers, attempt, BASE_MS, MAX_MS)
      if (attempt++ < retries && isRepeatable(answer) && wait <= MAX_WAIT_MS + MAX_MS) await delay(timers, wait)
      else if ('error' in answer) throw answer.error
      else return answer
    }
  }

  private async once(
    verb: string,
    { body, token, account }: { body: object; token: string | null; account: string | undefined },
  ): Promise<RestAnswer> {
    const { timers, timeoutMs } = this.options
    const abort = new AbortController()
    const timer = timers.setTimeout(
      () => abort.abort(new NetworkError(`No complete response within ${timeoutMs} ms.`)),
      timeoutMs,
    )
    try {
      const http = this.routeOf(verb)
      const headers = http.headers(token, account, 'application/json')
      const response = await http.post(body, { headers, signal: abort.signal })
      return await this.read(response, abort.signal, (found) => isAnswerTo(verb, body, found))
    } catch (error) {
      throw error instanceof StackgateError ? error : new NetworkError(`No response to ${verb}.`, error)
    } finally {
      timers.clearTimeout(timer)
    }
  }

  private async read(
    response: Response,
    signal: AbortSignal,
    isAnswer: (found: object) => boolean,
  ): Promise<RestAnswer> {
    const details = detailsOf(response, this.options.timers)
    const text = await response.text().catch((cause: unknown) => {
      throw signal.aborted
        ? signal.reason
        : new NetworkError('The connection ended before the response was complete.', cause)
    })
    const body = parseBody(response, text, details)
    if (response.ok && Object(body) === body && isAnswer(body as object)) return { body: fromRest(body) }
    const denial = isDenied(response.status, body) ? toDenial(body) : undefined
    if (denial) return { denial: { retryAfterSeconds: details.retryAfterMs && details.retryAfterMs / 1000, ...denial } }
    const { code, message, request_id: requestId, issues } = Object(body) as Record<string, unknown>
    if (typeof code !== 'string') throw unexpected(details, 'JSON of another service')
    throw errorOfResponse([{ message: String(message), extensions: { code, requestId, issues } }], details)
  }

  private routeOf(verb: string): Http {
    const { base, fetch, timers } = this.options
    const known = this.routes.get(verb)
    const http = known ?? new Http({ url: `${base}/api/v1/entitlements/${verb}`, fetch, persisted: false, timers })
    if (!known) this.routes.set(verb, http)
    return http
  }
}

/** True for a denial. Misuse of a key or a reservation, with 409, has no remedies and is an error, as is a missing permission. */
function isDenied(status: number, body: unknown): boolean {
  const { remedies } = Object(body) as { remedies?: unknown }
  if (status === 402 || status === 429) return true
  return Array.isArray(remedies) && (status === 403 || remedies.length > 0)
}

/** A member by which the response of each route is recognized. */
const MEMBERS: Readonly<Record<string, readonly [name: string, type: string]>> = {
  check: ['allowed', 'boolean'],
  preview: ['allowed', 'boolean'],
  'check-plan': ['allowed', 'boolean'],
  consume: ['amount', 'number'],
  commit: ['amount', 'number'],
  reserve: ['expires_at', 'string'],
  extend: ['expires_at', 'string'],
  release: ['expires_at', 'string'],
  allocate: ['allocated', 'boolean'],
  deallocate: ['allocated', 'boolean'],
}

/** False for JSON of another service, and for the response to another request: nothing was checked or used then. */
function isAnswerTo(verb: string, sent: object, found: object): boolean {
  const [name, type] = MEMBERS[verb]!
  const { feature } = sent as { feature?: string }
  const { entitlement, ...members } = found as Record<string, unknown>
  const about = members['feature'] ?? (Object(entitlement) as { feature?: unknown }).feature
  return typeof members[name] === type && (feature === undefined || about === undefined || about === feature)
}

type Failure = { readonly denial: Denial } | { readonly error: StackgateError }

const waitOf = (failure: Failure): number =>
  ('denial' in failure ? statedWaitOf(failure.denial) : failure.error.retryAfterMs) ?? 0

const statedWaitOf = ({ retryAfterSeconds: seconds }: Denial): number | undefined =>
  statedWait(typeof seconds === 'number' ? seconds * 1000 : undefined)

/** True if the same request can succeed soon. A denial without a time is lifted by a purchase. */
const isRepeatable = (failure: Failure): boolean =>
  'denial' in failure
    ? (statedWaitOf(failure.denial) ?? Infinity) <= MAX_WAIT_MS
    : isTemporary(failure.error) && waitOf(failure) <= MAX_WAIT_MS

/** Names of times in responses. */
const TIMES = /^(?:at|.*_at|window_start)$/

/** A value of a response: names in camelCase, times as `Date`. Denials get the form of GraphQL. */
function fromRest(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return TIMES.test(name) ? new Date(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => fromRest(item))
  if (name === 'denial') return toDenial(value)
  // Names of the caller.
  if (name === 'dimensions' || name === 'properties') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      fromRest(member, key),
    ]),
  )
}

/** Members of an input with the names of REST, without those that are undefined. */
const toRest = (input: object): object =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  )

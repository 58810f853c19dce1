import type { Batcher } from './batcher.js'
import type { Operation, Outcome } from './http.js'
import { errorOfResponse, isRejectedToken, isTemporary, NetworkError, StackgateError } from './errors.js'
import { isKeyed } from './idempotency.js'
import { backoff, delay, type ClientTimers } from './timers.js'
import type { Tokens } from './tokens.js'

/** Repetition of queries and of mutations with an idempotency key. */
export interface RetryOptions {
  /** Repetitions after the first attempt. Default: 3. */
  readonly attempts?: number | undefined
  /** Time for all attempts together, in milliseconds. Default: 60,000. */
  readonly deadlineMs?: number | undefined
}

/** Time of one attempt: longer than the 15 seconds after which the server ends an operation, so that its error arrives. */
const TIMEOUT_MS = 20_000
const BASE_MS = 300
const MAX_MS = 10_000

export interface SendOptions {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
  readonly account?: string | undefined
}

/** Sends operations, with tokens, timeouts and repetitions. */
export class Requests {
  readonly #batcher: Batcher
  readonly #tokens: Tokens
  readonly #timers: ClientTimers
  readonly #attempts: number
  readonly #deadlineMs: number

  constructor(batcher: Batcher, tokens: Tokens, timers: ClientTimers, retry: RetryOptions | false | undefined) {
    this.#batcher = batcher
    this.#tokens = tokens
    this.#timers = timers
    this.#attempts = retry === false ? 0 : (retry?.attempts ?? 3)
    this.#deadlineMs = (retry || undefined)?.deadlineMs ?? 60_000
  }

  /**
   * Runs an operation. Resolves with its data and the errors of its fields.
   * @throws StackgateError if there are no data; the reason of the signal if that aborts
   */
  async run(operation: Operation, options: SendOptions): Promise<{ data: unknown; error: StackgateError | undefined }> {
    const timers = this.#timers
    const deadline = timers.now() + this.#deadlineMs
    const isRepeatable = operation.document.kind === 'query' || isKeyed(operation.variables)
    options.signal?.throwIfAborted()
    let token = await this.#within<string | null>(this.#deadlineMs, options, (_, resolve, reject) => {
      this.#tokens.current().then(resolve, reject)
    })
    let isRenewed = false
    for (let attempt = 0; ;) {
      options.signal?.throwIfAborted()
      try {
        return resultOf(await this.#once(operation, token, options, deadline))
      } catch (error) {
        if (!(error instanceof StackgateError)) throw error
        if (isRejectedToken(error)) {
          token = await this.#renew(token, error, isRenewed)
          isRenewed = true
          continue
        }
        if (!isRepeatable || !isTemporary(error) || attempt >= this.#attempts) throw error
        const wait = (error.retryAfterMs ?? 0) + backoff(timers, attempt, BASE_MS, MAX_MS)
        if (timers.now() + wait >= deadline) throw error
        await delay(timers, wait, options.signal)
        attempt++
      }
    }
  }

  /** Another token, once for each request. */
  async #renew(token: string | null, error: StackgateError, isRenewed: boolean): Promise<string> {
    if (isRenewed) this.#tokens.reportSignedOut(token, error)
    const renewed = isRenewed ? undefined : await this.#tokens.renew(token, error)
    if (renewed === undefined) throw error
    return renewed
  }

  #once(operation: Operation, token: string | null, options: SendOptions, deadline: number): Promise<Outcome> {
    const { account, timeoutMs = TIMEOUT_MS } = options
    return this.#within(Math.min(timeoutMs, deadline - this.#timers.now()), options, (signal, resolve, reject) =>
      this.#batcher.add({ operation, token, account, signal, resolve, reject }),
    )
  }

  /** Ends work after a time, and when the caller aborts. */
  #within<Result>(
    milliseconds: number,
    { signal }: SendOptions,
    start: (signal: AbortSignal, resolve: (result: Result) => void, reject: (reason: unknown) => void) => void,
  ): Promise<Result> {
    const limit = Math.max(1, milliseconds)
    const abort = new AbortController()
    const onAbort = (): void => abort.abort(signal!.reason)
    const timer = this.#timers.setTimeout(() => abort.abort(new NetworkError(`No response within ${limit} ms.`)), limit)
    signal?.addEventListener('abort', onAbort)
    return new Promise<Result>((resolve, reject) => {
      abort.signal.addEventListener('abort', () => reject(abort.signal.reason as Error))
      start(abort.signal, resolve, reject)
    }).finally(() => {
      this.#timers.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  }
}

function resultOf({ body, details }: Outcome): { data: unknown; error: StackgateError | undefined } {
  const { data, errors } = body
  const error = errors?.length ? errorOfResponse(errors, details, data ?? undefined) : undefined
  if (data === null || data === undefined) throw error!
  return { data, error }
}

import { request, type Dispatcher } from 'undici'
import type { Metrics } from '../metrics/metrics.js'
import { inSpan } from '../tracing/span.js'
import { ForbiddenTarget } from './address-guard.js'
import type { Timers } from '../time/timers.js'

/** One call to an external server. */
export interface UpstreamCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  /** Name of the called route, with few values, because it is a label of the metrics. */
  readonly route: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: object
  /** Instead of a body: sent as a form. */
  readonly form?: Readonly<Record<string, string>>
  /** Number of retries of a failed call. Only for calls that may arrive twice. */
  readonly retries?: number
  /** Aborts the call like a timeout. */
  readonly signal?: AbortSignal
}

export interface UpstreamAnswer {
  readonly status: number
  /** Parsed when it is JSON, else text. */
  readonly body: unknown
}

export type UpstreamFailure =
  | 'timeout'
  | 'unreachable'
  | 'forbidden_target'
  | 'auth_failure'
  | 'server_error'
  | 'too_large'
  | 'circuit_open'

/** An upstream returned an unexpected response. */
export class UpstreamError extends Error {
  constructor(
    readonly upstream: string,
    readonly failure: UpstreamFailure,
    /** True if the call may have arrived and had its effect. */
    readonly mayHaveArrived: boolean,
    detail: string,
  ) {
    super(`${upstream}: ${failure.replaceAll('_', ' ')} (${detail})`)
  }
}

/** Calls one upstream over pooled connections; counts calls, retries and failures by route. 401 and 403 are authentication failures. */
export interface Upstream {
  call(call: UpstreamCall): Promise<UpstreamAnswer>
  close(): Promise<void>
}

const MAX_BODY_BYTES = 4 * 1_048_576
const RETRY_MS = [100, 300, 900]

export function createUpstream(options: {
  name: string
  pool: Dispatcher
  timers: Timers
  metrics: Pick<Metrics, 'upstreamCalls' | 'upstreamRetries'>
  /** For the whole of one try. */
  timeoutMs: number
}): Upstream {
  const { name, metrics } = options
  return {
    async call(call) {
      for (let attempt = 0; ; attempt++) {
        try {
          const answer = await inSpan(`${name} ${call.route}`, { 'peer.service': name }, () => once(options, call))
          metrics.upstreamCalls.inc({ upstream: name, route: call.route, outcome: 'ok' })
          return answer
        } catch (error) {
          const failed = toUpstreamError(name, error)
          metrics.upstreamCalls.inc({ upstream: name, route: call.route, outcome: failed.failure })
          const again = failed.failure !== 'auth_failure' && failed.failure !== 'forbidden_target'
          if (!again || attempt >= (call.retries ?? 0)) throw failed
          metrics.upstreamRetries.inc({ upstream: name, route: call.route })
          await options.timers.delay(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!)
        }
      }
    },
    close: () => options.pool.close(),
  }
}

async function once(
  options: { name: string; pool: Dispatcher; timers: Timers; timeoutMs: number },
  call: UpstreamCall,
): Promise<UpstreamAnswer> {
  const response = await request(call.url, {
    dispatcher: options.pool,
    method: call.method,
    headers: { ...call.headers, ...(call.body ? { 'content-type': 'application/json' } : {}) },
    ...(call.body ? { body: JSON.stringify(call.body) } : {}),
    ...(call.form ? { body: new URLSearchParams(call.form).toString() } : {}),
    signal: call.signal
      ? AbortSignal.any([call.signal, options.timers.timeoutSignal(options.timeoutMs)])
      : options.timers.timeoutSignal(options.timeoutMs),
  })
  const fail = (failure: UpstreamFailure) =>
    new UpstreamError(options.name, failure, true, `${call.route} answered ${response.statusCode}`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw fail('too_large')
    chunks.push(chunk)
  }
  if (response.statusCode === 401 || response.statusCode === 403) throw fail('auth_failure')
  if (response.statusCode >= 500) throw fail('server_error')
  return { status: response.statusCode, body: parsed(Buffer.concat(chunks).toString('utf8')) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** Errors of connecting say that nothing has arrived; of all others it cannot be known. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

function toUpstreamError(name: string, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error
  if (error instanceof ForbiddenTarget) return new UpstreamError(name, 'forbidden_target', false, error.message)
  const { code = '', name: kind = '' } = (error ?? {}) as { code?: string; name?: string }
  const timedOut = kind === 'TimeoutError' || kind === 'AbortError' || code.includes('TIMEOUT')
  return new UpstreamError(
    name,
    timedOut ? 'timeout' : 'unreachable',
    !NEVER_SENT.includes(code),
    code || kind || 'no response',
  )
}

import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel'
import type { Dispatcher } from 'undici'
import type { Metrics } from '../metrics/metrics.js'
import type { Timers } from '../time/timers.js'
import { createUpstream, UpstreamError, type Upstream, type UpstreamCall } from './upstream.js'

/** Failures of the other server that can be temporary. A rejection is not. */
const TRANSIENT: readonly string[] = ['timeout', 'unreachable', 'server_error']
const isTransient = (error: unknown): boolean => error instanceof UpstreamError && TRANSIENT.includes(error.failure)

/** Number of consecutive failures after which calls fail immediately, until a trial call succeeds. */
const BREAK_AFTER = 5
const TRIAL_AFTER_MS = 5_000

/**
 * An upstream with timeout, retries of safe calls, and a circuit breaker. Attempts, retries and rejected calls are
 * counted by route.
 */
export function createResilientUpstream(options: {
  name: string
  pool: Dispatcher
  timers: Timers
  metrics: Pick<Metrics, 'upstreamCalls' | 'upstreamRetries' | 'upstreamBroken'>
  /** For the whole of one try. */
  timeoutMs: number
}): Upstream {
  const { name, metrics, timeoutMs } = options
  // The policy below times out first. The timeout of the plain call is a fallback.
  const plain = createUpstream({ ...options, timeoutMs: timeoutMs * 2 })
  const breaker = circuitBreaker(handleWhen(isTransient), {
    halfOpenAfter: TRIAL_AFTER_MS,
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
  })
  breaker.onStateChange((state) => metrics.upstreamBroken.set({ upstream: name }, state === CircuitState.Open ? 1 : 0))
  const inTime = timeout(timeoutMs, TimeoutStrategy.Cooperative)
  const policyFor = (call: UpstreamCall) => {
    const again = retry(handleWhen(isTransient), {
      maxAttempts: call.retries ?? 0,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
    })
    again.onRetry(() => metrics.upstreamRetries.inc({ upstream: name, route: call.route }))
    return wrap(again, breaker, inTime)
  }
  return {
    async call(call) {
      try {
        return await policyFor(call).execute(({ signal }) => plain.call({ ...call, retries: 0, signal }))
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error
        metrics.upstreamCalls.inc({ upstream: name, route: call.route, outcome: 'circuit_open' })
        throw new UpstreamError(name, 'circuit_open', false, 'circuit breaker open after repeated failures')
      }
    },
    close: () => plain.close(),
  }
}

import type { Authenticate } from '../services/identity/authenticate/authenticate.js'
import type { Caller } from '../services/identity/model/caller.js'
import type { OnRateCount, RequestLimits } from '../services/identity/limits/request-limits.js'
import { codeInfo } from '../services/kernel/codes/codes.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import type { Metrics } from '../services/kernel/metrics/metrics.js'

/** A request to be admitted. */
export interface IncomingRequest {
  readonly authorization: string | undefined
  readonly address: string
  /** Route, for example `/graphql` or a route pattern. */
  readonly route: string
  /** Number of operations in the request. */
  readonly requests?: number
  /** Receives the count that the request was added to. */
  readonly onRateCount: OnRateCount
}

/** Authenticates a request and applies rate limits. Counts rejected requests per route. */
export function createRequestAuthenticator(authenticate: Authenticate, limits: RequestLimits, metrics: Metrics) {
  const counted = (route: string, error: unknown): never => {
    if (error instanceof AppError && error.code === 'RATE_LIMITED') metrics.requestsLimited.inc({ route })
    throw error
  }
  const refuse = async (error: unknown, { address, route, onRateCount }: IncomingRequest): Promise<never> => {
    if (!(error instanceof AppError) || codeInfo(error.code).status !== 401) throw error
    metrics.authFailures.inc({ route, code: error.code })
    try {
      await limits.countRejected(address, onRateCount)
    } catch (denial) {
      counted(route, denial)
    }
    throw error
  }
  return {
    caller: async (request: IncomingRequest): Promise<Caller> => {
      const { authorization, address, route, requests = 1, onRateCount } = request
      let caller: Caller
      try {
        const found = authenticate(authorization)
        caller = found instanceof Promise ? await found : found
      } catch (denial) {
        return refuse(denial, request)
      }
      try {
        await limits.consume(caller, address, requests, onRateCount)
      } catch (denial) {
        counted(route, denial)
      }
      return caller
    },
    agent: (agentId: string, { address, route, onRateCount }: IncomingRequest): Promise<void> =>
      limits.consumeAgent(agentId, address, onRateCount).catch((denial: unknown) => counted(route, denial)),
  }
}

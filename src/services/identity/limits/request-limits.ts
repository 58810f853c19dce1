import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Caller } from '../model/caller.js'

/** Requests a minute, of each process. */
export interface RequestRates {
  readonly user: number
  readonly service: number
  /** For each address. */
  readonly anonymous: number
  /** For each agent. */
  readonly agent: number
}

/** Count of a caller in its current minute. */
export interface RateCount {
  readonly policy: keyof RequestRates
  readonly limit: number
  readonly windowSeconds: number
  readonly remaining: number
  readonly resetsInMs: number
}

/** Receives the count that a request was added to, also if it is above the limit. */
export type OnRateCount = (count: RateCount) => void

/**
 * Request rate limits. A caller above the limit waits until the end of the minute that started with its first request.
 */
export interface RequestLimits {
  /** Counts requests of a caller: by user or key, or by address for anonymous callers. */
  consume(caller: Caller, address: string, requests: number, onCount: OnRateCount): Promise<void>
  /** Counts a request with an invalid token, so that guessing is limited as well. */
  countRejected(address: string, onCount: OnRateCount): Promise<void>
  /** Counts a request that says that it comes from an agent; its signature is checked afterwards. */
  consumeAgent(agentId: string, address: string, onCount: OnRateCount): Promise<void>
}

const WINDOW_SECONDS = 60
const REFUSED_COSTS = 10

export function createRequestLimits(rates: RequestRates): RequestLimits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW_SECONDS })
  const limiters = {
    user: limiter(rates.user),
    service: limiter(rates.service),
    anonymous: limiter(rates.anonymous),
    agent: limiter(rates.agent),
  }
  const consume = async (
    kind: keyof RequestRates,
    key: string,
    points: number,
    onCount: OnRateCount,
  ): Promise<void> => {
    const report = ({ remainingPoints, msBeforeNext }: RateLimiterRes): void =>
      onCount({
        policy: kind,
        limit: rates[kind],
        windowSeconds: WINDOW_SECONDS,
        remaining: remainingPoints,
        resetsInMs: msBeforeNext,
      })
    try {
      report(await limiters[kind].consume(key, points))
    } catch (denial) {
      if (denial instanceof RateLimiterRes) {
        report(denial)
        throw tooMany(rates[kind], denial.msBeforeNext)
      }
      throw denial
    }
  }
  return {
    consume: (caller, address, requests, onCount) =>
      caller.kind === 'anonymous'
        ? consume('anonymous', network(address), requests, onCount)
        : consume(caller.kind, caller.principal, requests, onCount),
    countRejected: (address, onCount) => consume('anonymous', network(address), REFUSED_COSTS, onCount),
    // Includes the address, so that a third party using another agent's ID does not consume its limit.
    consumeAgent: (agentId, address, onCount) => consume('agent', `${network(address)} ${agentId}`, 1, onCount),
  }
}

/** Limits by IPv6 /64 network, because one client has 2^64 addresses. */
const network = (address: string): string => (isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address)

function tooMany(rate: number, waitMs: number): AppError {
  const retryAfterMs = Math.max(1, Math.ceil(waitMs))
  const seconds = Math.ceil(retryAfterMs / 1000)
  return new AppError(
    'RATE_LIMITED',
    `Rate limit of ${rate} requests per minute exceeded. Try again in ${seconds} s.`,
    {
      details: { retryAfterMs },
    },
  )
}

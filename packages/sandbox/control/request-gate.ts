import type { RateLimiterMemory } from 'rate-limiter-flexible'

/** Reason for an immediate rejection: too many calls, or a call in progress with the same key. */
export type GateRejection = 'rate' | 'key'

/**
 * Rejects a call before it is processed: above the rate limit, or while a call with the same idempotency key is in
 * progress.
 */
export class RequestGate {
  readonly #limiter: Promise<RateLimiterMemory> | null
  readonly #keysInUse = new Set<string>()

  /** `perSecond` calls are let through in a second of machine time; all of them, when it is null. */
  constructor(perSecond: number | null) {
    this.#limiter = perSecond === null ? null : limiterOf(perSecond)
  }

  /** Returns the reason for an immediate rejection, or null. */
  async rejection(key: string | null): Promise<GateRejection | null> {
    if (this.#limiter !== null) {
      const limiter = await this.#limiter
      const allowed = await limiter.consume('all').then(
        () => true,
        () => false,
      )
      if (!allowed) return 'rate'
    }
    return key !== null && this.#keysInUse.has(key) ? 'key' : null
  }

  /** Delays a call while others with its key are rejected. */
  async whileInUse(key: string | null, wait: () => Promise<void>): Promise<void> {
    if (key === null) return wait()
    this.#keysInUse.add(key)
    try {
      await wait()
    } finally {
      this.#keysInUse.delete(key)
    }
  }
}

/** Loaded only if a limit is configured, so that the start is fast. */
async function limiterOf(perSecond: number): Promise<RateLimiterMemory> {
  const { RateLimiterMemory } = await import('rate-limiter-flexible')
  return new RateLimiterMemory({ points: perSecond, duration: 1 })
}

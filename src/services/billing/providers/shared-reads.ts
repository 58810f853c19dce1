import type { LRUCache } from 'lru-cache'
import { createCache } from '#services/kernel/cache/create-cache.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { ProviderRejected, ProviderUnavailable } from './provider-errors.js'
import type { PaymentPort } from './port.js'

/** Limits calls to the provider while a page is reloaded: all accounts share the provider's rate limit. */
const FRESH_MS = 10_000
const MAX_KEYS = 10_000
/** A page waits for the provider no longer than this. */
const PATIENCE_MS = 5000

type Reads<Value> = LRUCache<string, Promise<Value>>

/**
 * Reads something of a provider for a page: results are shared for ten seconds, and a provider that does not respond in
 * five seconds, or rejects the call, is unavailable.
 */
export function createSharedReads<Value>() {
  const byPort = new WeakMap<PaymentPort, Reads<Value>>()
  return async (port: PaymentPort, timers: Timers, key: string, read: () => Promise<Value>): Promise<Value> => {
    let reads = byPort.get(port)
    if (!reads) byPort.set(port, (reads = createCache(MAX_KEYS, { ttl: FRESH_MS })))
    let reading = reads.get(key)
    if (!reading) reads.set(key, (reading = read()))
    try {
      return await inTime(timers, reading)
    } catch (error) {
      reads.delete(key)
      throw error instanceof ProviderRejected ? new ProviderUnavailable(error.message, { cause: error }) : error
    }
  }
}

async function inTime<Value>(timers: Timers, reading: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = timers.setTimeout(
    () => late.reject(new ProviderUnavailable(`no response within ${PATIENCE_MS} ms`)),
    PATIENCE_MS,
  )
  try {
    return await Promise.race([reading, late.promise])
  } finally {
    timers.clearTimeout(timer)
  }
}

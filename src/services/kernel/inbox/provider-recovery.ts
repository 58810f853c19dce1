import type { Database } from '../database/database.js'
import type { Timers } from '../time/timers.js'
import { wakeOneObject, wakeWaitingObjects } from './inbox.sql.js'

/**
 * Tracks the providers that do not respond. While one is away, one of its waiting objects is tried every few seconds. The first good response
 * makes the others available, so that no object waits for the end of a back-off without need.
 */
export interface ProviderRecovery {
  /** A provider responded. Resolves to true if waiting objects became available. */
  responded(provider: string): Promise<boolean>
  /** A provider did not respond. */
  failed(provider: string): void
  /** Returns true if a provider recovered after this moment of the monotonic clock: a call that began before it proves nothing. */
  cameBackAfter(provider: string, moment: number): boolean
  /** Makes one waiting object of each absent provider available now. Resolves to true if there was one. */
  probe(): Promise<boolean>
}

/** A failure shortly after a good response is a fault of the object, not of the provider. */
const AWAY_AFTER_MS = 10_000
/** Objects become available at this rate per second, and all of them within this time. */
const WOKEN_A_SECOND = 50
const WOKEN_WITHIN_SECONDS = 15

export function createProviderRecovery(
  database: Database,
  timers: Timers,
  providers: readonly string[],
): ProviderRecovery {
  // At the start the state is unknown. Objects that wait already are probed as if their provider were away.
  const away = new Set(providers)
  const respondedAt = new Map<string, number>()
  const cameBackAt = new Map<string, number>()
  return {
    responded: async (provider) => {
      respondedAt.set(provider, timers.monotonic())
      if (!away.delete(provider)) return false
      cameBackAt.set(provider, timers.monotonic())
      try {
        return (
          (await database.run(wakeWaitingObjects, {
            provider,
            perSecond: WOKEN_A_SECOND,
            withinSeconds: WOKEN_WITHIN_SECONDS,
          })) > 0
        )
      } catch (error) {
        away.add(provider) // the next good response wakes them
        throw error
      }
    },
    failed: (provider) => {
      if (timers.monotonic() - (respondedAt.get(provider) ?? -Infinity) > AWAY_AFTER_MS) away.add(provider)
    },
    cameBackAfter: (provider, moment) => (cameBackAt.get(provider) ?? -Infinity) > moment,
    probe: async () => away.size > 0 && (await database.run(wakeOneObject, { providers: [...away] })) > 0,
  }
}

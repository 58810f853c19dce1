import type { Database } from '../database/database.js'

/**
 * Tracks the providers that do not respond. While one is away, one of its waiting objects is tried every few seconds. The first good response
 * makes the others available, so that no object waits for the end of a back-off without need.
 */
export interface ProviderRecovery {
  /** A provider responded. Resolves to true if waiting objects became available. */
  responded(provider: string): Promise<boolean>
  /** A provider did not respond. */
  failed(provider: string): void
  /** Returns true if a provider recovered after this moment of `performance.now()`: a call that began before it proves nothing. */
  cameBackAfter(provider: string, moment: number): boolean
  /** Makes one waiting object of each absent provider available now. Resolves to true if there was one. */
  probe(): Promise<boolean>
}

/** A failure shortly after a good response is a fault of the object, not of the provider. */
const AWAY_AFTER_MS = 10_000
/** Objects become available at this rate per second, and all of them within this time. */
const WOKEN_A_SECOND = 50
const WOKEN_WITHIN_SECONDS = 15

export function createProviderRecovery(database: Database, providers: readonly string[]): ProviderRecovery {
  // At the start the state is unknown. Objects that wait already are probed as if their provider were away.
  const away = new Set(providers)
  const respondedAt = new Map<string, number>()
  const cameBackAt = new Map<string, number>()
  return {
    responded: async (provider) => {
      respondedAt.set(provider, performance.now())
      if (!away.delete(provider)) return false
      cameBackAt.set(provider, performance.now())
      try {
        return (await wakeWaiting(database, provider)) > 0
      } catch (error) {
        away.add(provider) // the next good response wakes them
        throw error
      }
    },
    failed: (provider) => {
      if (performance.now() - (respondedAt.get(provider) ?? -Infinity) > AWAY_AFTER_MS) away.add(provider)
    },
    cameBackAfter: (provider, moment) => (cameBackAt.get(provider) ?? -Infinity) > moment,
    probe: async () => away.size > 0 && (await wakeOne(database, [...away])) > 0,
  }
}

/** Work in progress may have failed already without being recorded. A higher generation makes it run again. */
const wakeWaiting = (database: Database, provider: string): Promise<number> =>
  database.run(
    `update inbox_object o
     set available_at = case when o.lease_until is null then now() + make_interval(secs => least(w.place / $2::float8, $3::float8)) else o.available_at end,
       generation = case when o.lease_until is null then o.generation else o.generation + 1 end
     from (select object_key, row_number() over (order by available_at) as place from inbox_object
       where provider = $1 and pending and unreachable) w
     where o.provider = $1 and o.object_key = w.object_key and o.pending`,
    [provider, WOKEN_A_SECOND, WOKEN_WITHIN_SECONDS],
  )

/** Chosen at random, because one object may fail for another reason. None while another object is being tried. */
const wakeOne = (database: Database, providers: readonly string[]): Promise<number> =>
  database.run(
    `update inbox_object set available_at = now() where (provider, object_key) in (
       select distinct on (provider) provider, object_key from inbox_object
       where provider = any($1) and pending and unreachable and available_at > now() and lease_until is null
         and provider not in (select provider from inbox_object where pending and unreachable and lease_until > now())
       order by provider, random())`,
    [providers],
  )

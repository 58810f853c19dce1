import type { Database } from '../database/database.js'

/**
 * Which providers do not respond, as far as this process has seen. While one is away, one of its waiting objects is tried every few
 * seconds; its first good response wakes the others, so that nothing sleeps through a back-off that has become pointless.
 */
export interface ProviderRecovery {
  /** A provider responded. Resolves to whether waiting objects were woken. */
  responded(provider: string): Promise<boolean>
  /** A provider did not respond. */
  failed(provider: string): void
  /** Whether a provider came back after this moment of `performance.now()`: a call that began before says nothing about it now. */
  cameBackAfter(provider: string, moment: number): boolean
  /** Makes one waiting object of each absent provider available now. Resolves to whether there was one. */
  probe(): Promise<boolean>
}

/** One failure among good responses says that an object is at fault, not that the provider is away. */
const AWAY_AFTER_MS = 10_000
/** Woken objects are spread out: so many a second, and all of them within this time. */
const WOKEN_A_SECOND = 50
const WOKEN_WITHIN_SECONDS = 15

export function createProviderRecovery(database: Database, providers: readonly string[]): ProviderRecovery {
  // At the start nobody knows: what waits from before is probed as if its provider were away.
  const away = new Set(providers)
  const respondedAt = new Map<string, number>()
  const cameBackAt = new Map<string, number>()
  return {
    responded: async (provider) => {
      respondedAt.set(provider, performance.now())
      if (!away.delete(provider)) return false
      cameBackAt.set(provider, performance.now())
      return (await wakeWaiting(database, provider)) > 0
    },
    failed: (provider) => {
      if (performance.now() - (respondedAt.get(provider) ?? -Infinity) > AWAY_AFTER_MS) away.add(provider)
    },
    cameBackAfter: (provider, moment) => (cameBackAt.get(provider) ?? -Infinity) > moment,
    probe: async () => away.size > 0 && (await wakeOne(database, [...away])) > 0,
  }
}

/** What is being worked on may have failed already, and is not written yet: its generation says that it is to be looked at again. */
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

/** Chosen at random, because the same one may fail for a reason of its own. None while another one is being tried. */
const wakeOne = (database: Database, providers: readonly string[]): Promise<number> =>
  database.run(
    `update inbox_object set available_at = now() where (provider, object_key) in (
       select distinct on (provider) provider, object_key from inbox_object
       where provider = any($1) and pending and unreachable and available_at > now() and lease_until is null
         and provider not in (select provider from inbox_object where pending and unreachable and lease_until > now())
       order by provider, random())`,
    [providers],
  )

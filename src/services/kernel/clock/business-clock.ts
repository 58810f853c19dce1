import type { Database } from '../database/database.js'
import type { Notifier } from '../notifier/notifier.js'
import type { MachineClock } from './machine-clock.js'

/** Topic: the business clock was moved. */
export const CLOCK_TOPIC = 'clock'

/**
 * The clock of periods, trials, expiry, dunning, checkouts and reservations. In the sandbox it is stored and stands
 * still until it is moved; elsewhere it is the database's time. Signatures, leases, presence and retries use the
 * machine clock instead.
 */
export interface BusinessClock {
  now(): Date
  readonly movable: boolean
  /** Reads the stored time again; other processes may have moved it. */
  refresh(): Promise<Date>
  /** Moves the stored time forward; earlier times are ignored. Only where the clock is movable. */
  set(to: Date): Promise<void>
}

/** The business clock outside the sandbox: the database's time, so that a wrong local clock never decides. */
export const databaseTime = (machineClock: MachineClock): BusinessClock => ({
  now: () => machineClock.now(),
  movable: false,
  refresh: async () => {
    await machineClock.measure()
    return machineClock.now()
  },
  set: () => Promise.reject(new Error('the clock can be moved only in sandbox mode')),
})

/** The clock of the sandbox: one stored row, cached and read again when a notification says that it was moved. */
export async function openStoredClock(database: Database, notifier: Notifier, start: Date): Promise<BusinessClock> {
  await database.query
    .insertInto('business_clock')
    .values({ id: 1, now: start })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const stored = database.query.selectFrom('business_clock').select('now').where('id', '=', 1)
  let current = start
  const refresh = async (): Promise<Date> => {
    const row = await stored.executeTakeFirst()
    if (row && row.now > current) current = row.now
    return current
  }
  current = (await stored.executeTakeFirstOrThrow()).now
  notifier.subscribe(CLOCK_TOPIC, () => void refresh().catch(() => undefined))
  return {
    movable: true,
    now: () => new Date(current),
    refresh,
    async set(to) {
      await database.transaction(async (transaction) => {
        await transaction.query
          .updateTable('business_clock')
          .set({ now: to })
          .where('id', '=', 1)
          .where('now', '<', to)
          .execute()
        transaction.announce(CLOCK_TOPIC)
      })
      if (to > current) current = to
    },
  }
}

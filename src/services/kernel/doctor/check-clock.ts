import { sql } from 'kysely'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { ok, problem, warning, type Finding } from './finding.js'

const NOTICED_MS = 2_000
/** Signatures are rejected at 300 s, and tokens are valid for minutes. */
const HARMFUL_MS = 30_000

/** Difference between another clock and that of this machine. */
export function checkSkew(check: string, theirs: Date, ours: Date, whose: string): Finding {
  const skew = theirs.getTime() - ours.getTime()
  const said = `${whose} and this machine's differ by ${(Math.abs(skew) / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`
  const todo = 'set both by the same time service (NTP): signatures, tokens and leases go by them'
  if (Math.abs(skew) > HARMFUL_MS) return problem(check, said, todo)
  return Math.abs(skew) > NOTICED_MS ? warning(check, said, todo) : ok(check, said)
}

/** The database clock determines leases and presence; it is read between two reads of the local clock. */
export async function checkDatabaseClock(database: Sql, timers: Timers): Promise<Finding[]> {
  const before = timers.now()
  const { now } = await database.query.selectNoFrom(sql<Date>`clock_timestamp()`.as('now')).executeTakeFirstOrThrow()
  const middle = new Date((before + timers.now()) / 2)
  return [checkSkew('database_clock', new Date(now), middle, "the database's clock")]
}

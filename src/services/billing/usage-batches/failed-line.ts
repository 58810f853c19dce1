import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { isPassing } from '#services/kernel/errors/connection-failure.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { isUnavailable } from '#services/kernel/errors/app-error.js'

/** Scope of the idempotency keys of lines. */
export const LINE_KEY = { principal: 'usage_batch', mutation: 'closeUsageBatch' }

/** Attempts of a job, about a minute together, after which a line that fails no longer blocks the others. */
const ATTEMPTS_OF_A_LINE = 5

/** True if a line that fails with this error is denied, so that the batch can end. An outage of the database denies no line. */
export const isGivenUp = ({ attempts }: Pick<ScheduledJobRow, 'attempts'>, error: unknown): boolean =>
  attempts >= ATTEMPTS_OF_A_LINE && !isPassing(error) && !isUnavailable(error)

/** True if the units of a line are in the ledger, although applying it failed. */
export async function isRecorded({ query }: Sql, { id }: UsageBatchLineRow): Promise<boolean> {
  const entry = await query
    .selectFrom('ledger_entry')
    .select('version')
    .where('key', '=', id)
    .where('principal', '=', LINE_KEY.principal)
    .where('mutation', '=', LINE_KEY.mutation)
    .executeTakeFirst()
  return entry !== undefined
}

export const notApplied = (): Refused =>
  refused(
    'LINE_FAILED',
    'The line failed repeatedly with an internal error, which the log contains. No units were recorded. Add the line to another batch.',
  )

export const notReverted = (): Refused =>
  refused(
    'LINE_FAILED',
    'The reversal failed repeatedly with an internal error, which the log contains. The units still count. Void the consumption.',
  )

import type { RequestContext } from '#context/request-context.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'

/** Kind of the scheduled job of the probe. */
export const PROBE_RUN = 'probe.run'

/** Publishes an event with the greeting of the settings. */
export const runProbe = (
  due: ScheduledJobRow,
  { clock, database, requestId, settings }: RequestContext,
): Promise<void> =>
  database.transaction((transaction) =>
    writeOutbox(transaction, {
      type: 'probe.ran',
      accountId: due.accountId,
      payload: { greeting: settings.PROBE_GREETING },
      at: clock.now(),
      requestId,
    }),
  )

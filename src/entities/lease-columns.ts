import { p } from '@mikro-orm/postgresql'

/** Columns by which workers claim the rows of a queue. `src/services/kernel/claim-loop/queues.ts` lists the queues. */
export const leaseColumns = () => ({
  attempts: p.integer().default(0),
  /** Machine time before which the row is not claimed. */
  availableAt: p.datetime().defaultRaw('now()'),
  leaseToken: p.text().nullable(),
  leaseUntil: p.datetime().nullable(),
})

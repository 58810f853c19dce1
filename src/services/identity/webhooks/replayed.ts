import { sql } from 'kysely'

/** State of a delivery that is sent again, with the same ID, so that receivers can detect the duplicate. */
export const REPLAYED = {
  state: 'PENDING',
  attempts: 0,
  availableAt: sql<Date>`now()`,
  lastError: null,
  deliveredAt: null,
  leaseToken: null,
  leaseUntil: null,
} as const

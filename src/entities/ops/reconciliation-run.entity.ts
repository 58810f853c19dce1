import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Something in which we and a provider differ. Kept with the run that found it. */
export interface Drift {
  /** As `wrong_status`; `docs/operations.md` lists them. */
  readonly kind: string
  /** The provider's object, as `subscription:sub_…`. */
  readonly object: string
  readonly ours: unknown
  readonly theirs: unknown
  readonly healed: boolean
}

/** One comparison of a provider with what we have. */
export const ReconciliationRunSchema = defineEntity({
  name: 'ReconciliationRun',
  tableName: 'reconciliation_run',
  properties: {
    id: p.text().primary(),
    provider: p.text(),
    /** `EVENTS` looks for events that never arrived, `STATE` compares objects, `ALL` does both. */
    scope: p.text().$type<'EVENTS' | 'STATE' | 'ALL'>(),
    /** Who asked; null for the schedule. */
    requestedBy: p.text().nullable(),
    startedAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
    /** How many of the provider's objects were looked at. */
    checked: p.bigint('number').defaultRaw('0'),
    drift: p.json().$type<readonly Drift[]>(),
    healed: p.integer().default(0),
    /** Why it stopped before its end; null when it did not. */
    why: p.text().nullable(),
  },
  checks: [{ name: 'reconciliation_run_scope', expression: `scope in ('EVENTS', 'STATE', 'ALL')` }],
  indexes: [{ name: 'reconciliation_run_started', properties: ['provider', 'startedAt'] }],
})

export type ReconciliationRunRow = RowOf<typeof ReconciliationRunSchema>

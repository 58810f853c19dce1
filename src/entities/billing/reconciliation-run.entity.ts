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
  /** Reason that a repair did not end it. Absent if none was carried out. */
  readonly unhealedReason?: string
  /** The difference in words; empty in comparisons of earlier releases. */
  readonly description?: string
  readonly accountId?: string | null
  /** The one action that ends it, for an operator. */
  readonly action?: 'APPLY' | 'REFUND' | 'ACCEPT' | null
  /** True if an operator accepted it. */
  readonly accepted?: boolean
  /** As text: a time of the business clock. */
  readonly acceptedUntil?: string | null
}

/** A sum of the compared period in one currency, at the provider and here. */
export interface ComparedSum {
  readonly currency: string
  readonly what: 'received' | 'refunded'
  readonly theirsMinor: number
  readonly oursMinor: number
}

/** One comparison of a provider with what we have. */
export const ReconciliationRunSchema = defineEntity({
  name: 'ReconciliationRun',
  tableName: 'reconciliation_run',
  properties: {
    id: p.text().primary(),
    provider: p.text(),
    /** `EVENTS` finds missing events, `STATE` compares objects, `ALL` does both. */
    scope: p.text().$type<'EVENTS' | 'STATE' | 'ALL'>(),
    /** User who requested it. Null for the schedule. */
    requestedBy: p.text().nullable(),
    startedAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
    /** Number of compared provider objects. */
    checked: p.bigint('number').defaultRaw('0'),
    /** The compared account; null for all. */
    subjectAccount: p.text().nullable(),
    /** The period whose money was compared (business clock); null if no money was. */
    since: p.datetime().nullable(),
    until: p.datetime().nullable(),
    totals: p.json().$type<readonly ComparedSum[]>().defaultRaw(`'[]'`),
    drift: p.json().$type<readonly Drift[]>(),
    /** Number of differences; `drift` has at most 1,000 of them. */
    found: p.integer().default(0),
    healed: p.integer().default(0),
    /** Error that stopped the run. Null if it completed. */
    error: p.text().nullable(),
  },
  checks: [{ name: 'reconciliation_run_scope', expression: `scope in ('EVENTS', 'STATE', 'ALL')` }],
  indexes: [{ name: 'reconciliation_run_started', properties: ['provider', 'startedAt'] }],
})

export type ReconciliationRunRow = RowOf<typeof ReconciliationRunSchema>

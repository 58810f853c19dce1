import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import { UsageComparisonSchema } from './usage-comparison.entity.js'

/** Usage that a comparison counted for an account, outside the ledger. Times are ISO 8601. */
export interface ComparisonState {
  readonly usage: readonly CountedWindow[]
  readonly overage: readonly (CountedWindow & { readonly tariff: string })[]
  readonly grants: readonly { readonly id: string; readonly feature: string; readonly used: number }[]
  readonly rated: readonly {
    readonly feature: string
    readonly line: string
    readonly windowStart: string
    readonly windowEnd: string
    readonly quantity: number
    readonly fraction: number
  }[]
  readonly caps: readonly {
    readonly id: string
    readonly periodStart: string
    readonly used: number
    readonly roundedUp: number
  }[]
  /** Counts and gaps by feature. */
  readonly features: Readonly<Record<string, ComparedFeature>>
}

export interface CountedWindow {
  readonly feature: string
  readonly windowStart: string
  readonly windowEnd: string
  readonly used: number
}

export interface ComparedFeature {
  readonly compared: number
  /** Uses without any difference. */
  readonly equal: number
  /** Units that the other engine allowed and that were not available here. */
  readonly uncovered: number
  /** Number of uses by kind of difference. */
  readonly differences: Readonly<Partial<Record<UsageDifferenceKind, number>>>
  /** Last reported difference of the remaining units, and of the reset in milliseconds. */
  readonly remainingGap: number | 'UNLIMITED'
  readonly resetGap: number | 'NEVER'
}

export const USAGE_DIFFERENCE_KINDS = ['ALLOWED_THERE', 'DENIED_THERE', 'UNITS', 'COST', 'REMAINING', 'RESET'] as const
export type UsageDifferenceKind = (typeof USAGE_DIFFERENCE_KINDS)[number]

/** An account of a comparison. An account is in one running comparison at most. */
export const UsageComparisonAccountSchema = defineEntity({
  name: 'UsageComparisonAccount',
  tableName: 'usage_comparison_account',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    comparisonId: () => p.manyToOne(UsageComparisonSchema).mapToPk().fieldName('comparison_id'),
    state: p.json<ComparisonState>(),
    endedAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: 'usage_comparison_account_live',
      expression:
        'create unique index "usage_comparison_account_live" on "usage_comparison_account" ("account_id") where ended_at is null',
    },
    { name: 'usage_comparison_account_comparison', properties: ['comparisonId', 'accountId'] },
  ],
})

export type UsageComparisonAccountRow = RowOf<typeof UsageComparisonAccountSchema>

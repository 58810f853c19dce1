import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import type { UsageDifferenceKind } from './usage-comparison-account.entity.js'
import { UsageComparisonSchema } from './usage-comparison.entity.js'
import { sqlIndex } from '../sql-index.js'

/** Decision of one engine on a use. */
export interface ComparedDecision {
  readonly allowed: boolean
  /** Units that the use cost. Null: not stated, or denied. */
  readonly units: number | null
  /** Cost beyond the allowance, in the smallest unit of `currency`. Null: not stated, or none. */
  readonly costMinor: number | null
  readonly currency: string | null
  /** Units left afterwards. Null: not stated, or unlimited. */
  readonly remaining: number | null
  /** Next reset, ISO 8601. Null: not stated, or none. */
  readonly resetsAt: string | null
}

/** Decision of this server, with the reason of a denial. */
export interface OwnDecision extends ComparedDecision {
  readonly denialCode: string | null
  readonly denialMessage: string | null
  /** Units that the other engine allowed and that were not available here. */
  readonly uncovered: number
}

/** A use with both decisions. */
export const UsageComparedUseSchema = defineEntity({
  name: 'UsageComparedUse',
  tableName: 'usage_compared_use',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    comparisonId: () => p.manyToOne(UsageComparisonSchema).mapToPk().fieldName('comparison_id'),
    /** Key of the caller, unique for the account in the comparison. */
    key: p.text(),
    /** Input of the use: the same key with other input is an error. */
    request: p.text(),
    feature: p.text(),
    usedAt: p.datetime(),
    /** Empty if both engines agree. */
    differences: p.array().$type<UsageDifferenceKind[]>(),
    theirs: p.json<ComparedDecision>(),
    ours: p.json<OwnDecision>(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'usage_compared_use_key', properties: ['comparisonId', 'accountId', 'key'] }],
  indexes: [
    { name: 'usage_compared_use_account', properties: ['accountId'] },
    sqlIndex(
      'usage_compared_use_difference',
      `on "usage_compared_use" ("comparison_id", "id") where differences <> '{}'`,
    ),
    { name: 'usage_compared_use_recorded', properties: ['recordedAt'] },
  ],
})

export type UsageComparedUseRow = RowOf<typeof UsageComparedUseSchema>

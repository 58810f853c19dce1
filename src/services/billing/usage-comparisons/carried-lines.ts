import type { UsageComparisonAccountRow } from '#entities/billing/usage-comparison-account.entity.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { MAX_LINES } from '../usage-batches/add-to-usage-batch.js'
import type { NewBatchLine } from '../usage-batches/usage-batches.sql.js'
import { carriedUnits } from './counted-usage.js'

/** Line of the batch that continues the balance of one account and feature. */
export interface CarriedLine extends NewBatchLine {
  readonly amount: number
}

/** Pure: the counted usage that still counts, as lines in the order in which they are applied. */
export const carriedLines = (
  accounts: readonly Pick<UsageComparisonAccountRow, 'accountId' | 'comparisonId' | 'state'>[],
  snapshots: ReadonlyMap<string, AccountSnapshot>,
  now: Date,
): CarriedLine[] =>
  accounts
    .toSorted((left, right) => (left.accountId < right.accountId ? -1 : 1))
    .flatMap(({ accountId, comparisonId, state }) =>
      [...carriedUnits(state, snapshots.get(accountId)!, now)].map(([feature, amount]) => ({
        accountId,
        key: `${comparisonId}:${feature}`,
        request: JSON.stringify([feature, amount, null]),
        feature,
        amount,
        work: null,
        properties: null,
        userId: null,
        usedAt: null,
      })),
    )

/** Denial of lines that do not fit into a batch. Null if they do. */
export const tooManyLines = (lines: readonly CarriedLine[]): Denial | null =>
  lines.length > MAX_LINES
    ? refused('TOO_MANY_OBJECTS', `A batch can contain at most ${MAX_LINES} lines. End with DISCARD.`, {
        field: 'balances',
      })
    : null

import type { UsageComparedUseRow } from '#entities/billing/usage-compared-use.entity.js'
import type { ComparisonState, UsageDifferenceKind } from '#entities/billing/usage-comparison-account.entity.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import { sql } from 'kysely'
import { visibleAccount } from '#services/identity/model/guard.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '../model/billing-context.js'

export async function findComparison({ query }: Sql, id: string): Promise<UsageComparisonRow | null> {
  const row = await query.selectFrom('usage_comparison').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export const comparisonNotFound = (): AppError =>
  new AppError('NOT_FOUND', 'Comparison not found.', { details: { field: 'usageComparisonId' } })

/** A comparison by its ID. Null if it does not exist. */
export function usageComparison(context: BillingContext, id: string): Promise<UsageComparisonRow | null> {
  return findComparison(context.database, id)
}

/** Comparisons, newest first. */
export function usageComparisons(context: BillingContext, request: PageRequest): Promise<Page<UsageComparisonRow>> {
  return readRows(request, 'usage comparisons', context.database.query.selectFrom('usage_comparison').selectAll())
}

export const comparisonsByIds = ({ query }: Sql, ids: readonly string[]): Promise<UsageComparisonRow[]> =>
  query.selectFrom('usage_comparison').selectAll().where('id', 'in', ids).execute()

/** Compared uses with a difference. */
export const differencesByIds = ({ query }: Sql, ids: readonly string[]): Promise<UsageComparedUseRow[]> =>
  query
    .selectFrom('usage_compared_use')
    .selectAll()
    .where('id', 'in', ids)
    .where(sql<boolean>`differences <> '{}'`)
    .execute()

/** Counts of one account in a comparison. */
export interface ComparedAccount extends Pick<ComparisonState, 'features'> {
  readonly comparisonId: string
}

/** Accounts of comparisons, with their counts and without the counted usage, which is large. */
export const accountsOfComparisons = ({ query }: Sql, ids: readonly string[]): Promise<ComparedAccount[]> =>
  query
    .selectFrom('usage_comparison_account')
    .select(['comparisonId', sql<ComparisonState['features']>`state -> 'features'`.as('features')])
    .where('comparisonId', 'in', ids)
    .execute()

/** Uses of one feature in a comparison. */
export interface ComparedTotal {
  readonly feature: string
  readonly compared: number
  readonly equal: number
  readonly uncovered: number
  readonly differences: ReadonlyMap<UsageDifferenceKind, number>
}

/** Pure: sums over accounts, by feature in ascending order. */
export function comparedTotals(accounts: readonly Pick<ComparisonState, 'features'>[]): ComparedTotal[] {
  const found = accounts.flatMap(({ features }) => Object.entries(features))
  return [...Map.groupBy(found, ([feature]) => feature)]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([feature, rows]) => {
      const sum = (one: (row: (typeof rows)[number][1]) => number) => rows.reduce((all, [, row]) => all + one(row), 0)
      const kinds = [...new Set(rows.flatMap(([, row]) => Object.keys(row.differences) as UsageDifferenceKind[]))]
      return {
        feature,
        compared: sum((row) => row.compared),
        equal: sum((row) => row.equal),
        uncovered: sum((row) => row.uncovered),
        differences: new Map(kinds.map((kind) => [kind, sum((row) => row.differences[kind] ?? 0)])),
      }
    })
}

export interface DifferenceFilter {
  readonly kinds: readonly UsageDifferenceKind[] | null
  readonly feature: string | null
  /** ID or reference. */
  readonly accountId: string | null
}

/** Uses of a comparison on which the engines differ, newest first. An unknown account has none. */
export async function differencesOf(
  context: BillingContext,
  comparisonId: string,
  { kinds, feature, ...filter }: DifferenceFilter,
  request: PageRequest,
): Promise<Page<UsageComparedUseRow>> {
  const { accountId: reference } = filter
  const account = reference === null ? null : await visibleAccount(context, reference, 'account:read')
  const accountId = account?.id ?? reference
  return readRows(
    request,
    `differences ${comparisonId}`,
    context.database.query
      .selectFrom('usage_compared_use')
      .selectAll()
      .where('comparisonId', '=', comparisonId)
      .where(sql<boolean>`differences <> '{}'`)
      .$if(!!kinds, (select) => select.where(sql<boolean>`differences && ${kinds}::text[]`))
      .$if(feature !== null, (select) => select.where('feature', '=', feature!))
      .$if(accountId !== null, (select) => select.where('accountId', '=', accountId!)),
  )
}

import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { allowanceOf } from '../model/allowance.js'
import { windowOf } from '../model/entitlement-sources.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { unpaidInPeriod } from '../model/raises.js'
import { isOverageEntry } from '../model/overage.js'
import { slidingMs, windowsIn } from '../model/quota-window.js'

/** A paid period of business time. */
export interface PaidPeriod {
  readonly start: Date
  readonly end: Date
}

/** Units that an account may use of a feature in a paid period. */
export interface AllowanceOfPeriod {
  /** With what raises within the period added, in proportion to their money. */
  readonly granted: number
  /** By terms that are paid for all of it. */
  readonly whole: number
}

/**
 * Pure: how much of a feature an account may use of its allowance in a paid period. A yearly period has twelve monthly windows, and a window of hours counts as often as it starts. Null if the
 * feature is unlimited or is not used up.
 */
export function allowanceInPeriod(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  code: string,
  period: PaidPeriod,
): AllowanceOfPeriod | null {
  const { start, end } = period
  const feature = catalog.features.get(code)
  if (!feature || (feature.kind !== 'QUOTA' && feature.kind !== 'CREDIT')) return null
  const { unlimited, amount } = allowanceOf(withoutRaises(snapshot), feature)
  if (unlimited || amount === 0) return null
  const { window } = windowOf(snapshot, feature)
  const length = end.getTime() - start.getTime()
  const inPeriod = (units: number): number => {
    if (window === null) return units
    if (!isSliding(window)) return units * windowsIn(window, length)
    return Math.max(units, Math.floor((units * length) / slidingMs(window)))
  }
  const raises = [...snapshot.assignments, ...snapshot.packages].flatMap((held) => held.raises ?? [])
  const whole = inPeriod(amount)
  return { whole, granted: Math.max(0, whole - inPeriod(unpaidInPeriod(raises, code, period))) }
}

/** The same account as if each of its terms were paid for the whole period. */
const withoutRaises = (snapshot: AccountSnapshot): AccountSnapshot => ({
  ...snapshot,
  held: snapshot.held.map((held) => ({ ...held, assignment: held.assignment && { ...held.assignment, raises: null } })),
  packages: snapshot.packages.map((held) => ({ ...held, raises: null })),
})

/** Units that an account has used of its allowances since a moment, by feature. Reserved units count as used, units of packs do not. */
export async function allowanceUse(
  database: Sql,
  {
    accountId,
    features,
    since,
    until,
  }: {
    readonly accountId: string
    readonly features: readonly string[]
    readonly since: Date
    /** Default: the present. */
    readonly until?: Date
  },
): Promise<ReadonlyMap<string, number>> {
  return usedUnits(database, { accountId, features }, (entry) =>
    until === undefined ? entry('at', '>=', since) : entry.and([entry('at', '>=', since), entry('at', '<=', until)]),
  )
}

/** A provider can begin each period at the same time of the day, so that a window ends within a day of its period. */
const DAY_MS = 86_400_000

/** Units that an account used before a moment and that still count after it, because their window ends later, by feature. */
export const carriedUse = (
  database: Sql,
  {
    accountId,
    features,
    into,
  }: { readonly accountId: string; readonly features: readonly string[]; readonly into: Date },
): Promise<ReadonlyMap<string, number>> =>
  usedUnits(database, { accountId, features }, (entry) =>
    entry.and([entry('at', '<', into), entry('windowEnd', '>', new Date(into.getTime() + DAY_MS))]),
  )

async function usedUnits(
  database: Sql,
  { accountId, features }: { readonly accountId: string; readonly features: readonly string[] },
  when: (entry: ExpressionBuilder<Tables, 'ledger_entry'>) => Expression<SqlBool>,
): Promise<ReadonlyMap<string, number>> {
  if (features.length === 0) return new Map()
  const rows = await database.query
    .selectFrom('ledger_entry')
    .select(['feature', sql<number>`greatest(0, -sum(amount))::bigint`.as('used')])
    .where('accountId', '=', accountId)
    .where('feature', 'in', features)
    .where('grantId', 'is', null)
    .where('windowStart', 'is not', null)
    .where(when)
    .where(sql<boolean>`not (${sql.raw(isOverageEntry('ledger_entry'))})`)
    .groupBy('feature')
    .execute()
  return new Map(rows.map(({ feature, used }) => [feature, used]))
}

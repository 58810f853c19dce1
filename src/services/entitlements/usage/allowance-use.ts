import { sql } from 'kysely'
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
  if (features.length === 0) return new Map()
  const rows = await database.query
    .selectFrom('ledger_entry')
    .select(['feature', sql<number>`greatest(0, -sum(amount))::bigint`.as('used')])
    .where('accountId', '=', accountId)
    .where('feature', 'in', features)
    .where('at', '>=', since)
    .$if(until !== undefined, (query) => query.where('at', '<=', until!))
    .where('grantId', 'is', null)
    .where('windowStart', 'is not', null)
    .where(sql<boolean>`not (${sql.raw(isOverageEntry('ledger_entry'))})`)
    .groupBy('feature')
    .execute()
  return new Map(rows.map(({ feature, used }) => [feature, used]))
}

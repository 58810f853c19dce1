import { THRESHOLD } from '#entities/billing/usage-report.entity.js'
import { certainUnits, costOf } from '#services/catalog/tariffs/price-units.js'
import { countedForThreshold, isOverageDue, overageThreshold } from '#services/entitlements/model/overage-threshold.js'
import { overageKey } from '#services/entitlements/model/overage.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { moneyText } from '#services/kernel/text/readable.js'
import type { BillingContext } from '../model/billing-context.js'
import { ALWAYS, lastReported, writeOverageReport } from '../model/collect-overage.js'
import {
  chargedUnitsSince,
  openOverage,
  type ChargedUnits,
  type OpenOverageRow,
} from '../model/overage-invoices.sql.js'
import { hasOpenThreshold } from '../model/threshold-reports.js'
import type { ProviderName } from '../providers/provider-name.js'

/**
 * Writes the report of the first crossing of a threshold that has none, which is decided from the ledger: it is one report and one invoice, however
 * often and late this runs. Returns false if there is none, or while the invoice of an earlier one is unpaid.
 */
export const reportCrossing = (
  { catalog, clock, database }: BillingContext,
  provider: ProviderName,
  accountId: string,
): Promise<boolean> =>
  database.transaction(async (transaction) => {
    const version = await lockAccount(transaction, accountId)
    const now = clock.now()
    const snapshot = (await loadSnapshot(transaction, catalog.current(), accountId, now))!
    const threshold = overageThreshold(snapshot)
    if (!threshold || !isOverageDue(catalog.current(), snapshot)) return false
    if (await hasOpenThreshold(transaction, accountId)) return false
    const { money, since } = threshold
    const open = await transaction.rows(openOverage, { accountId, feature: null, endedBy: ALWAYS })
    const fromVersion = await lastReported(transaction, accountId, THRESHOLD)
    const crossing = firstCrossing({
      rows: countedForThreshold(catalog.current(), open, money, now),
      moved: await transaction.rows(chargedUnitsSince, { accountId, version: fromVersion, since, at: now }),
      thresholdMinor: money.amountMinor,
      version,
    })
    if (!crossing) return false
    const toVersion = Math.max(crossing.version, fromVersion + 1)
    const report = { accountId, provider, watermark: THRESHOLD, fromVersion, toVersion, at: now }
    const amountMinor = await writeOverageReport(transaction, report, crossing.rows)
    await recordInvoiced(transaction, accountId, now, { amountMinor, currency: money.currency })
    return true
  })

const recordInvoiced = (
  transaction: Transaction,
  accountId: string,
  at: Date,
  cost: { readonly amountMinor: number; readonly currency: string },
) =>
  recordAccountEvent(transaction, accountId, at, {
    type: 'overage.invoiced',
    summary: `Use beyond the allowance is invoiced before its period ends: ${moneyText(cost)}.`,
    changesEntitlements: true,
    data: cost,
  })

interface OpenUse {
  /** Units that are not invoiced, as of now. */
  readonly rows: readonly OpenOverageRow[]
  /** Units of the versions that can have crossed the threshold, ascending. */
  readonly moved: readonly ChargedUnits[]
  readonly thresholdMinor: number
  /** Present version of the account. */
  readonly version: number
}

/**
 * Pure: the first version of the account at which the cost of what is not invoiced reached the threshold, with the units of that version. A
 * version contains all uses that were written together. Null if there is none.
 */
export function firstCrossing({ rows, moved, thresholdMinor, version }: OpenUse) {
  const used = new Map(rows.map((row) => [overageKey(row), row.used]))
  const move = (units: readonly ChargedUnits[], sign: 1 | -1): void => {
    for (const unit of units) {
      const key = overageKey(unit)
      if (used.has(key)) used.set(key, used.get(key)! + sign * unit.units)
    }
  }
  const at = (row: OpenOverageRow): OpenOverageRow => ({
    ...row,
    used: certainUnits(row.tariff, used.get(overageKey(row))!),
  })
  const hasCrossed = (): boolean =>
    rows.map(at).reduce((sum, row) => sum + Math.max(0, costOf(row.tariff, row.used) - row.charged), 0) >=
    thresholdMinor
  const crossed = (of: number) => ({
    version: of,
    rows: rows.map(at).filter(({ used: units, invoiced }) => units > invoiced),
  })
  move(moved, -1)
  if (hasCrossed()) return crossed(moved[0] ? moved[0].version - 1 : version)
  for (const [of, units] of Map.groupBy(moved, (unit) => unit.version)) {
    move(units, 1)
    if (hasCrossed()) return crossed(of)
  }
  return null
}

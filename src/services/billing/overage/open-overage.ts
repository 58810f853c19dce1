import type { Sql } from '#services/kernel/database/sql.js'
import type { Money } from '#services/kernel/money/money.js'
import type { BillingContext } from '../model/billing-context.js'
import { ALWAYS, describeLine, lineOf } from '../model/collect-overage.js'
import { openMinimums } from '../model/minimums.js'
import { openOverage } from '../model/overage-invoices.sql.js'

/** Cost of the units of a window that are not invoiced yet. */
export interface OpenOverage {
  /** Text of the line of the invoice. */
  readonly description: string
  readonly cost: Money
  /** Cost of the units of the same window and price that earlier invoices charge. */
  readonly invoiced: Money
  /** End of the window, after which the units are charged. */
  readonly chargedAt: Date
}

/** Reads the cost of units beyond the allowances of an account that the server is going to invoice, open windows included. */
export async function openOverageOf(
  { catalog, database }: BillingContext,
  accountId: string,
): Promise<readonly OpenOverage[]> {
  const { features } = catalog.current()
  const open: OpenOverage[] = []
  for (const feature of await featuresWithOpenOverage(database, accountId)) {
    const definition = features.get(feature)
    // The provider counts the units of a meter itself.
    if (definition?.overageMeter) continue
    const found = await database.rows(openOverage, { accountId, feature, endedBy: ALWAYS })
    for (const row of found) {
      const line = lineOf(row)
      const { amountMinor, currency } = line
      if (amountMinor > 0)
        open.push({
          description: describeLine(features, line),
          cost: { amountMinor, currency },
          invoiced: { amountMinor: row.charged, currency },
          chargedAt: row.windowEnd,
        })
    }
  }
  return open
}

/**
 * Reads the minimums that an account is going to pay beyond its use. Those of open windows are owed if the account keeps its plan until their
 * end.
 */
export async function openMinimumsOf(
  { catalog, clock, database }: BillingContext,
  accountId: string,
): Promise<readonly OpenOverage[]> {
  const current = catalog.current()
  const open: OpenOverage[] = []
  if (current.hasOverage)
    for (const feature of current.features.values()) {
      if (feature.overageMeter) continue
      const of = { accountId, provider: 'STRIPE', feature, at: clock.now() } as const
      const used = await database.rows(openOverage, { accountId, feature: feature.code, endedBy: ALWAYS })
      for (const line of await openMinimums(database, current, { ...of, lines: used.map(lineOf) }))
        open.push({
          description: describeLine(current.features, line),
          cost: { amountMinor: line.amountMinor, currency: line.currency },
          invoiced: { amountMinor: 0, currency: line.currency },
          chargedAt: new Date(line.windowEnd),
        })
    }
  return open
}

async function featuresWithOpenOverage({ query }: Sql, accountId: string): Promise<string[]> {
  const rows = await query
    .selectFrom('overage_usage')
    .select('feature')
    .distinct()
    .where('accountId', '=', accountId)
    .whereRef('used', '>', 'invoiced')
    .orderBy('feature')
    .execute()
  return rows.map(({ feature }) => feature)
}

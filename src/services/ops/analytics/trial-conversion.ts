import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { trialOutcomes } from './recurring-revenue.sql.js'
import { seriesPeriods, type SeriesRequest } from './recurring-revenue.js'

/** Trials that started in one period, by their outcome until now. */
export interface TrialConversionPoint {
  readonly range: DateRange
  readonly started: number
  readonly converted: number
  readonly running: number
  readonly lost: number
  /** Share of the ended trials that were converted, 0–1. Null if none has ended. */
  readonly rate: number | null
}

/** Outcome of trials by the day or month (UTC) in which they started. Default: the last twelve months. Operators only. */
export async function trialConversion(
  context: CatalogContext,
  request: SeriesRequest,
): Promise<TrialConversionPoint[]> {
  requireOperator(context, 'ops:read')
  const { periods, bounds } = seriesPeriods(context, request)
  if (periods.length === 0) return []
  const rows = new Map((await context.database.rows(trialOutcomes, { bounds })).map((row) => [row.period, row]))
  return periods.map((range, index) => {
    const { started, converted, running } = rows.get(index + 1) ?? { started: 0, converted: 0, running: 0 }
    const ended = started - running
    return { range, started, converted, running, lost: ended - converted, rate: ended === 0 ? null : converted / ended }
  })
}

import type { Drift } from '#entities/ops/reconciliation-run.entity.js'
import type { MoneyTotals } from './money/money-totals.js'

/** Maximum number of listed differences; the rest is counted. */
const MAX_LISTED = 1_000

/** Result of a comparison that runs. */
export interface Report {
  checked: number
  drift: Drift[]
  found: number
  healed: number
  totals: MoneyTotals
  /** First error that did not end the run. */
  failure: Error | null
}

const STILL_FOUND = 'The repair was carried out, and the comparison finds the difference again.'

/**
 * Notes differences in the report. Those that a repair ended are compared again, and count as healed only if the comparison no longer finds
 * them, as the next run will.
 */
export async function noteChecked(
  report: Report,
  noted: readonly Drift[],
  compareAgain: () => AsyncIterable<readonly Pick<Drift, 'kind' | 'object'>[]>,
): Promise<void> {
  const keyOf = ({ kind, object }: Pick<Drift, 'kind' | 'object'>) => `${kind} ${object}`
  const found = new Set<string>()
  let failure: Error | null = null
  if (noted.some(({ healed }) => healed))
    try {
      for await (const differences of compareAgain()) for (const one of differences) found.add(keyOf(one))
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      report.failure ??= failure
    }
  for (const drift of noted) {
    const reason = failure
      ? `The difference could not be compared again: ${failure.message}`
      : found.has(keyOf(drift))
        ? STILL_FOUND
        : null
    note(report, drift.healed && reason ? { ...drift, healed: false, unhealedReason: reason } : drift)
  }
}

function note(report: Report, drift: Drift): void {
  report.found++
  if (drift.healed) report.healed++
  if (report.drift.length < MAX_LISTED) report.drift.push(drift)
}

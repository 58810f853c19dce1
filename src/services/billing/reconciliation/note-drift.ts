import type { Drift } from '#entities/billing/reconciliation-run.entity.js'
import type { MoneyTotals } from './money/money-totals.js'

/** Maximum number of stored differences; the rest is counted. A repair writes all differences of its run. */
const MAX_LISTED = 10_000

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

/** A part of a second comparison. */
export interface ComparedAgain {
  readonly found: readonly Pick<Drift, 'kind' | 'object'>[]
  /** Reasons, by object, for which objects could not be compared. */
  readonly uncompared?: ReadonlyMap<string, string>
}

const STILL_FOUND = 'The repair was carried out, and the comparison finds the difference again.'

/**
 * Differences of which those that a repair ended count as healed only if a second comparison no longer finds them, as the next run will. An
 * object that cannot be compared again is not healed.
 */
export async function confirmHealed<Repaired extends Pick<Drift, 'kind' | 'object' | 'healed' | 'unhealedReason'>>(
  repaired: readonly Repaired[],
  compareAgain: () => AsyncIterable<ComparedAgain>,
): Promise<{ drift: readonly Repaired[]; failure: Error | null }> {
  const keyOf = ({ kind, object }: Pick<Drift, 'kind' | 'object'>) => `${kind} ${object}`
  if (!repaired.some(({ healed }) => healed)) return { drift: repaired, failure: null }
  const stillFound = new Set<string>()
  const reasons = new Map<string, string>()
  let failure: Error | null = null
  try {
    for await (const { found, uncompared = [] } of compareAgain()) {
      for (const one of found) stillFound.add(keyOf(one))
      for (const [object, reason] of uncompared) reasons.set(object, reason)
    }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
  }
  const drift = repaired.map((one) => {
    const uncompared = failure?.message ?? reasons.get(one.object)
    const reason = stillFound.has(keyOf(one))
      ? STILL_FOUND
      : uncompared && `The difference could not be compared again: ${uncompared}`
    return one.healed && reason ? { ...one, healed: false, unhealedReason: reason } : one
  })
  return { drift, failure }
}

/** Notes differences in the report after a second comparison. */
export async function noteChecked(
  report: Report,
  noted: readonly Drift[],
  compareAgain: () => AsyncIterable<ComparedAgain>,
): Promise<void> {
  const { drift, failure } = await confirmHealed(noted, compareAgain)
  report.failure ??= failure
  for (const one of drift) note(report, one)
}

function note(report: Report, drift: Drift): void {
  report.found++
  if (drift.healed) report.healed++
  if (report.drift.length < MAX_LISTED) report.drift.push(drift)
}

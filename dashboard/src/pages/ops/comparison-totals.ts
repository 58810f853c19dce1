import type { UsageDifferenceKind } from '@stackgate/client'

/** Interval of reads of a running comparison, for events on its progress that were lost. */
export const REREAD_MS = 10_000

const COUNTS = {
  ALLOWED_THERE: 'allowedThereCount',
  DENIED_THERE: 'deniedThereCount',
  UNITS: 'unitsCount',
  COST: 'costCount',
  REMAINING: 'remainingCount',
  RESET: 'resetCount',
} as const satisfies Record<UsageDifferenceKind, string>

/** Kinds of differences, in the order of the page. */
export const KINDS = Object.keys(COUNTS) as readonly UsageDifferenceKind[]

/** Uses of a feature with a kind of difference. */
export const differencesOf = (
  total: Readonly<Record<(typeof COUNTS)[UsageDifferenceKind], number>>,
  kind: UsageDifferenceKind,
): number => total[COUNTS[kind]]

/** State of a comparison, by the time of its end. */
export const comparisonState = (endedAt: string | null): 'RUNNING' | 'ENDED' => (endedAt === null ? 'RUNNING' : 'ENDED')

interface Total {
  readonly comparedCount: number
  readonly equalCount: number
}

/** Uses of all features. */
export function usesOf(totals: readonly Total[]) {
  const compared = totals.reduce((sum, { comparedCount }) => sum + comparedCount, 0)
  const equal = totals.reduce((sum, { equalCount }) => sum + equalCount, 0)
  return { compared, equal, different: compared - equal }
}

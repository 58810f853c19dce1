import type { UsageDifferenceKind } from '@stackgate/client'

/** Interval of reads of a running comparison, for events on its progress that were lost. */
export const REREAD_MS = 10_000

/** Kinds of differences, in the order of the page. */
export const KINDS: readonly UsageDifferenceKind[] = [
  'ALLOWED_THERE',
  'DENIED_THERE',
  'UNITS',
  'COST',
  'REMAINING',
  'RESET',
]

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

import type { ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import type { RolloverDefinition } from './sale-terms.js'
import type { FeatureDefinition } from './types.js'
import type { FeatureContext } from './read-plan-features.js'

/** Rollover of a feature, as the file says it. */
export interface SaidRollover {
  readonly share?: number | undefined
  readonly amount?: number | undefined
  readonly maximum?: number | undefined
  readonly periods?: number | undefined
}

/** Problems of a feature or plan whose unused units cannot roll over. */
export function validateRollover(
  { isPackage }: FeatureContext,
  { kind }: FeatureDefinition,
  said: { readonly amount?: unknown; readonly rollover?: SaidRollover | undefined },
): ValidationIssue[] {
  const { rollover } = said
  if (!rollover) return []
  const issue = (message: string, ...path: string[]): ValidationIssue[] => [{ path: ['rollover', ...path], message }]
  if (isPackage) return issue('a package has no windows, and cannot roll over')
  if (kind !== 'QUOTA') return issue('only a quota can roll over')
  if (typeof said.amount !== 'number') return issue('only an amount can roll over')
  if (rollover.share !== undefined && rollover.amount !== undefined) return issue('expected share or amount, not both')
  const { amount, maximum } = rollover
  if (amount !== undefined && maximum !== undefined && maximum < amount)
    return issue('expected at least amount', 'maximum')
  return []
}

/** The terms with their defaults: everything, until the end of the next window. */
export const rolloverOf = ({ share, amount, maximum, periods = 1 }: SaidRollover): RolloverDefinition => ({
  percent: amount === undefined ? (share ?? 100) : null,
  amount: amount ?? null,
  maximum: maximum ?? null,
  periods,
})

import type { WorkInput } from '#schema/entitlements/work.input.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { MAX_AMOUNT } from './max-amount.js'

/** Work that a rate card prices. */
export type Work = WorkInput

/** Maximum number of quantities and of dimensions of one call. */
const MAX_NAMES = 20

/** Denial of work that is no valid list of quantities and dimensions. Null if valid. */
export function validateWork({ quantities, dimensions }: Work): Refused | null {
  if (quantities.length > MAX_NAMES || dimensions.length > MAX_NAMES)
    return invalidWork(`work must have at most ${MAX_NAMES} quantities and ${MAX_NAMES} dimensions.`)
  const repeated = firstRepeated(quantities) ?? firstRepeated(dimensions)
  if (repeated !== null) return invalidWork(`work names ${shown(repeated)} twice.`)
  let hasUnits = false
  for (const { name, amount } of quantities) {
    if (!Number.isSafeInteger(amount) || amount < 0 || amount > MAX_AMOUNT)
      return refused('INVALID_AMOUNT', `The quantity ${shown(name)} must be an integer between 0 and ${MAX_AMOUNT}.`, {
        field: 'work',
      })
    hasUnits ||= amount > 0
  }
  return hasUnits ? null : refused('INVALID_AMOUNT', 'work must have a quantity above zero.', { field: 'work' })
}

/** Work as text: equal for equal work, in whatever order it is given. */
const workFingerprint = ({ quantities, dimensions }: Work): string =>
  JSON.stringify([
    quantities.map(({ name, amount }) => [name, amount]).sort(byName),
    dimensions.map(({ name, value }) => [name, value]).sort(byName),
  ])

/** Part of the input that an idempotency key identifies. Nothing for a call without work, whose key is older than work. */
export const workOfKey = (work: Work | null): readonly string[] => (work ? [workFingerprint(work)] : [])

/** Denial of a call with both work and an amount. Null if the amount is left out or the default of the schema. */
export const invalidAmountOfWork = (
  amount: number | null | undefined,
  fallback: number | null = null,
  field = 'amount',
): Refused | null =>
  (amount ?? fallback) === fallback ? null : refused('INVALID_PARAMETERS', `Set either ${field} or work.`, { field })

export const invalidWork = (message: string): Refused => refused('INVALID_PARAMETERS', message, { field: 'work' })

/** A name of the caller in a message. */
export const shown = (name: string): string => `'${name.slice(0, 60)}'`

const byName = ([left]: readonly (string | number)[], [right]: readonly (string | number)[]): number =>
  left! < right! ? -1 : 1

function firstRepeated(named: readonly { readonly name: string }[]): string | null {
  for (let index = 1; index < named.length; index++)
    for (let earlier = 0; earlier < index; earlier++)
      if (named[earlier]!.name === named[index]!.name) return named[index]!.name
  return null
}

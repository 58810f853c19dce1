import type { RateLine } from './types.js'

/** Condition of a default line: any value of the dimension for which no other line counts. */
export const DEFAULT_VALUE = '*'

export const DIMENSION_VALUE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/

/** True for a line that counts only if no other does. */
export const isDefaultLine = ({ when }: Pick<RateLine, 'when'>): boolean =>
  Object.values(when).some((values) => values[0] === DEFAULT_VALUE)

/** Identifies a line in all versions of a card: its quantity and conditions. */
export const lineKey = (quantity: string, when: RateLine['when']): string =>
  [
    quantity,
    ...Object.keys(when)
      .sort()
      .map((dimension) => `${dimension}=${when[dimension]!.toSorted().join('|')}`),
  ].join(' ')

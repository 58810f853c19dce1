/** The middle value; the mean of the two middle ones when there is no single one. Throws without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  if (upper === undefined || lower === undefined) throw new Error('there is no median of nothing')
  return (upper + lower) / 2
}

/** Spread of values as a share of their median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}

/** Rounds to `digits` decimals. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

/** The value that `share` of all are below. Throws without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  if (value === undefined) throw new Error('there is no quantile of nothing')
  return value
}

/** Characters of a number, a boolean or a date, on average. */
const OTHER = 8

/**
 * The approximate length of a value as JSON, without writing it. Stops as soon as the size exceeds `limit`. Uses no recursion:
 * a value may be nested as deeply as a parser accepts.
 */
export function jsonSize(value: unknown, limit: number): number {
  let size = 0
  const waiting: unknown[] = [value]
  while (waiting.length > 0 && size <= limit) {
    const next = waiting.pop()
    if (typeof next === 'string') size += next.length + 3
    else if (typeof next !== 'object' || next === null) size += OTHER
    else if (Array.isArray(next)) size += 2 + pushItems(waiting, next, limit - size)
    else {
      size += 2
      for (const name in next) {
        size += name.length + 3
        waiting.push((next as Record<string, unknown>)[name])
        if (size > limit) break
      }
    }
  }
  return size
}

/** An item takes one character at least, so a list that is longer than the limit is not copied. */
function pushItems(waiting: unknown[], items: readonly unknown[], limit: number): number {
  if (items.length > limit) return items.length
  for (const item of items) waiting.push(item)
  return 0
}

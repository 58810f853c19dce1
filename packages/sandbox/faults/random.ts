/** Generator of pseudorandom numbers from 0 (inclusive) to 1 (exclusive) that depend on a seed alone. */
export type Random = () => number

/** Creates a generator for a seed (mulberry32, over an FNV-1a hash of its text). */
export function seededRandom(seed: string | number): Random {
  let state = 0x811c9dc5
  for (const letter of String(seed)) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The items in an order that the generator chooses (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last -= 1) {
    const place = Math.floor(random() * (last + 1))
    ;[order[last], order[place]] = [order[place] as T, order[last] as T]
  }
  return order
}

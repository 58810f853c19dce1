/** Edits by which a name with so many letters can differ: a short name, for example `API_URL`, resembles too many others. */
const editsFor = (length: number): number => (length < 8 ? 0 : length < 12 ? 1 : 2)

/**
 * The known name that a mistyped one resembles. Two letters in the wrong order are one edit. Null if none is near, or if the name is known.
 */
export function nearestName(name: string, known: Iterable<string>): string | null {
  let nearest: string | null = null
  let least = editsFor(name.length) + 1
  for (const candidate of known) {
    if (candidate === name) return null
    const edits = editsBetween(name, candidate, least)
    if (edits < least) [nearest, least] = [candidate, edits]
  }
  return nearest
}

/** Number of letters to insert, delete, replace or swap, at most `limit`. */
function editsBetween(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const next = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      next[column] = Math.min(
        last[column]! + 1,
        next[column - 1]! + 1,
        last[column - 1]! + (isSame ? 0 : 1),
        isSwapped ? before[column - 2]! + 1 : Infinity,
      )
    }
    ;[before, last] = [last, next]
  }
  return Math.min(last[other.length]!, limit)
}

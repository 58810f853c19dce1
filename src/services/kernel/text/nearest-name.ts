/** Longest name that is compared. */
const MAX_LENGTH = 100

/**
 * The known name that a mistyped one resembles, without regard to capitals. Two letters in the wrong order are one edit. Null if none is near.
 * @param maxEdits Default: a third of the letters
 */
export function nearestName(
  name: string,
  known: Iterable<string>,
  maxEdits = Math.max(1, Math.floor(Math.min(name.length, MAX_LENGTH) / 3)),
): string | null {
  const wanted = name.slice(0, MAX_LENGTH).toLowerCase()
  let [nearest, least]: [string | null, number] = [null, maxEdits + 1]
  for (const candidate of known) {
    const edits = editsBetween(wanted, candidate.toLowerCase(), least)
    if (edits < least) [nearest, least] = [candidate, edits]
  }
  return nearest
}

/** A sentence for the end of a message, after a space. Empty if no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known)
  return nearest === null ? '' : `. Did you mean ${nearest}?`
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

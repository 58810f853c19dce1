/** Pure: the known name that a misspelled one most probably means. Null if none is near. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  // A longer name than any known one is not compared.
  const wanted = name.slice(0, 100).toLowerCase()
  let [nearest, least]: [string | null, number] = [null, Math.max(1, Math.floor(wanted.length / 3)) + 1]
  for (const candidate of known) {
    const distance = distanceBetween(wanted, candidate.toLowerCase())
    if (distance < least) [nearest, least] = [candidate, distance]
  }
  return nearest
}

/** Letters to add, remove, replace or swap with their neighbor. */
function distanceBetween(left: string, right: string): number {
  let [before, previous]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, index) => index)]
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1]
      let distance = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (isSame ? 0 : 1))
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        distance = Math.min(distance, before[column - 2]! + 1)
      current.push(distance)
    }
    ;[before, previous] = [previous, current]
  }
  return previous[right.length]!
}

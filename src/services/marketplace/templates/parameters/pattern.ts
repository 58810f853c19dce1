/** Number of characters of a value that has a pattern. */
export const MAX_MATCHED = 256
/** Ways in which a pattern may match. More would let a value block the process. */
const MAX_WAYS = 2e7
/** A part of an expression, and how often it is repeated. */
const PART = /(\\[^]|\[(?:\\.|[^\]\\])*\]|\((?:\?[:=!]|\?)?|[^])(?:([*+?]|\{\d{1,4}(?:,\d{0,4})?\})\??)?/g

/**
 * Maximum number of ways in which an expression can match a value, which bounds the time of a match: a repeated part has one for each of
 * its lengths, and a repeated group the power of its own. Infinity for what is not counted, such as `\1` and `(?<=a)`.
 */
function waysOf(pattern: string): number {
  const groups = [1]
  for (const [, part = '', repetition = '{1}'] of pattern.matchAll(PART)) {
    if (/^\\[1-9k]|^\(\?$/.test(part)) return Infinity
    const ways = part === ')' ? groups.pop()! : 1
    const outer = groups.length - 1
    if (outer < 0) return Infinity
    if (part.startsWith('(')) groups.push(1)
    else if (part === '|') groups[outer]! *= 2
    else {
      const [from, to] = timesOf(repetition)
      groups[outer]! *= (to - from + 1) * ways ** to
    }
  }
  return groups.length === 1 ? groups[0]! : Infinity
}

function timesOf(repetition: string): [from: number, to: number] {
  if (repetition === '?') return [0, 1]
  const [, from = '0', comma, to = ''] = /^\{(\d+)(,)?(\d*)\}$/.exec(repetition) ?? [null, '0', ',', '']
  return [Number(from), to === '' ? (comma ? MAX_MATCHED : Number(from)) : Number(to)]
}

/** The expression of a pattern for a whole value. Null if it is none, or if a match could take too long. */
export function patternOf(pattern: string): RegExp | null {
  try {
    return waysOf(pattern) <= MAX_WAYS ? new RegExp(`^(?:${pattern})$`) : null
  } catch {
    return null
  }
}

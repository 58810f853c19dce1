import { MASK } from '#services/kernel/redaction/redaction-rules.js'

/** One level more than what is hidden by `redactValue`, which decides: what is cut here would be hidden there in any case. */
const MAX_LEVELS = 102
/** An object of more members is no report of anything. Each name is looked up and stored by itself, so a million take seconds. */
export const MAX_MEMBERS = 10_000
/** Members and items of the whole report. 16 MiB of log lines have fewer, even if each line is a single character. */
export const MAX_VALUES = 2_000_000

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}')
const HIDDEN = Buffer.from(JSON.stringify(MASK))

/** JSON of bounded depth and width. */
export interface BoundedJson {
  /** The very same bytes if nothing was cut. */
  readonly bytes: Buffer
  /** Members or items were left out. */
  readonly leftOut: boolean
}

/**
 * Bounds JSON before it is parsed: a text takes the place of whatever is nested too deep, and members and items beyond the limits
 * are left out. Parsing megabytes of brackets or names takes seconds, counting them does not. What is cut is only counted, not
 * parsed: a parser of the rest reports that its ends are missing.
 */
export function boundJson(body: Buffer): BoundedJson {
  const parts: Buffer[] = []
  /** Members of the objects around the present place, by level; -1 for a list. */
  const members = new Int32Array(MAX_LEVELS + 1)
  let kept = 0
  let level = 0
  let values = 0
  /** The level of the container that is being cut; 0 if none is. */
  let cut = 0
  let leftOut = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfText(body, at)
    else if (byte === COMMA && cut === 0 && level > 0) {
      values++
      const isWide = members[level]! >= 0 && ++members[level]! >= MAX_MEMBERS
      if (!isWide && values < MAX_VALUES) continue
      parts.push(body.subarray(kept, at))
      cut = level
      leftOut = true
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      level++
      if (cut > 0) continue
      if (level <= MAX_LEVELS) members[level] = byte === OPEN_OBJECT ? 0 : -1
      else {
        parts.push(body.subarray(kept, at), HIDDEN)
        cut = level
      }
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (cut > 0 && cut === level) {
        kept = level > MAX_LEVELS ? at + 1 : at
        cut = 0
      }
      level--
    }
  }
  if (cut > 0) kept = body.length
  return { bytes: parts.length ? Buffer.concat([...parts, body.subarray(kept)]) : body, leftOut }
}

/** End of the string that starts here. */
function endOfText(body: Buffer, begin: number): number {
  let at = begin + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at
}

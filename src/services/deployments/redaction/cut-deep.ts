import { MASK } from './redaction-rules.js'

/** One level more than what is hidden by `redactValue`, which decides: what is cut here would be hidden there in any case. */
const MAX_LEVELS = 102

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}')
const HIDDEN = Buffer.from(JSON.stringify(MASK))

/**
 * JSON as bytes, with a text in the place of whatever is nested too deep to be kept; the very same bytes when nothing is. Reading
 * megabytes of brackets takes seconds, counting them does not. What is cut is only counted, not read: that its ends are missing is found
 * by who reads the rest.
 */
export function cutDeep(body: Buffer): Buffer {
  const parts: Buffer[] = []
  let kept = 0
  let level = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfText(body, at)
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++level === MAX_LEVELS + 1) parts.push(body.subarray(kept, at), HIDDEN)
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (level-- === MAX_LEVELS + 1) kept = at + 1
    }
  }
  if (level > MAX_LEVELS) kept = body.length
  return parts.length ? Buffer.concat([...parts, body.subarray(kept)]) : body
}

/** Where the text that begins here ends. */
function endOfText(body: Buffer, begin: number): number {
  let at = begin + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at
}

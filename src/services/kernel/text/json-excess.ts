/** JSON of a request that is nested deeper, or has more values, takes the parser longer than one request may take. */
const MAX_LEVELS = 4_000
const MAX_VALUES = 50_000

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}')

/** A limit of JSON that a text exceeds. */
export interface JsonExcess {
  readonly message: string
  readonly limit: number
}

/** Which limit a text exceeds, found by counting before it is parsed. Whether the text is JSON, the parser decides. */
export function jsonExcess(text: string): JsonExcess | undefined {
  let level = 0
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COMMA) values++
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      const next = text.charCodeAt(at + 1)
      if (next !== CLOSE_LIST && next !== CLOSE_OBJECT) values++
      if (++level > MAX_LEVELS) return excess(`is nested more than ${MAX_LEVELS} levels deep`, MAX_LEVELS)
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) level--
    if (values > MAX_VALUES) return excess(`has more than ${MAX_VALUES} values`, MAX_VALUES)
  }
  return undefined
}

/** Returns the end of the string that starts here. A quote counts unless an odd number of backslashes precedes it. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    if ((end - before) % 2 === 1) return end
  }
  return text.length
}

const excess = (what: string, limit: number): JsonExcess => ({ message: `The request body ${what}.`, limit })

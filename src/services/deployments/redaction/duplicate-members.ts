import { SECRET_NAME } from '#services/kernel/redaction/redaction-rules.js'
import { lineRedactor } from '#services/kernel/redaction/redact-text.js'

const [QUOTE, BACKSLASH, COLON] = Buffer.from('"\\:')

/**
 * True if JSON contains a secret that parsing lost. Of members with the same name the last one counts, so that requires
 * more members in the text than in the parsed value: text without duplicates is not checked again.
 */
export const hasDuplicateMembers = (body: Buffer, read: unknown): boolean =>
  membersOfText(body) !== membersOf(read) && mayHoldSecret(body.toString('utf8'))

/** Counts members by the colons outside of strings. */
function membersOfText(body: Buffer): number {
  let members = 0
  let inString = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) inString = !inString
    else if (byte === BACKSLASH) at++
    else if (byte === COLON && !inString) members++
  }
  return members
}

/** The value is one in which nothing was hidden: it is not nested deep. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) for (const each of value) members += membersOf(each)
  else for (const name in value) members += 1 + membersOf((value as Record<string, unknown>)[name])
  return members
}

/** Checks every string, and so finds too much: names count as values, and values as names. */
function mayHoldSecret(json: string): boolean {
  const redactLine = lineRedactor()
  for (const text of stringsOf(json)) if (SECRET_NAME.test(text) || redactLine(text) !== text) return true
  return false
}

function* stringsOf(json: string): Generator<string> {
  for (let begin = json.indexOf('"'); begin >= 0;) {
    let end = begin + 1
    while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1
    yield JSON.parse(json.slice(begin, end + 1)) as string
    begin = json.indexOf('"', end + 1)
  }
}

import { MASK, NAMED_PATTERN, RULES } from './redaction-rules.js'

/** The text without secrets. Repeated calls have no effect. */
export function redactText(text: string): string {
  if (text.length < 5) return text
  let safe = text
  for (const { pattern, replacement } of RULES) safe = safe.replace(pattern, replacement)
  return safe.replace(NAMED_PATTERN, `$1${MASK}`)
}

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/

/** The lines of one log, one after the other: a private key that is printed over several of them is hidden in each. */
export function lineRedactor(): (line: string) => string {
  let insideKey = false
  return (line) => {
    const wasInside = insideKey
    if (END.test(line)) insideKey = false
    else if (BEGIN.test(line)) insideKey = true
    if (!wasInside) return redactText(line)
    return insideKey ? MASK : redactText(line.replace(/^[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/, MASK))
  }
}

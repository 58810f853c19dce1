import { canContinueKey, hideKeyEnds, lineIsKeyPart, startsInsideKey } from './key-pages.js'
import { MASK, NAMED_PATTERN, RULES } from './redaction-rules.js'

/** The text without secrets. Repeated calls have no effect. */
export function redactText(text: string): string {
  if (text.length < 5) return text
  let safe = hideKeyEnds(text)
  for (const { pattern, replacement } of RULES) safe = safe.replace(pattern, replacement)
  return safe.replace(NAMED_PATTERN, `$1${MASK}`)
}

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
const UP_TO_END = /^[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
/** Certificates and public keys have the same lines. */
const BEGIN_PUBLIC = /-----BEGIN (?![A-Z0-9 ]{0,40}PRIVATE KEY)[A-Z0-9 ]{1,60}-----/
const END_PUBLIC = /-----END (?![A-Z0-9 ]{0,40}PRIVATE KEY)[A-Z0-9 ]{1,60}-----/

/**
 * The lines of one page of a log, one after the other: a private key that is printed over several of them is hidden in each.
 * @param page all lines of the page, if they are known: a key can have begun in the page before it
 * @param afterHidden the page before it ends with a hidden line, which can be one of a key
 */
export function lineRedactor(page: readonly string[] = [], afterHidden = false): (line: string) => string {
  let insideKey = startsInsideKey(page)
  let insidePublic = false
  let afterKeyPart = afterHidden && page[0] !== undefined && canContinueKey(page[0])
  return (line) => {
    const wasInside = insideKey
    if (END.test(line)) insideKey = false
    else if (BEGIN.test(line)) insideKey = true
    if (BEGIN_PUBLIC.test(line)) insidePublic = true
    else if (END_PUBLIC.test(line)) insidePublic = false
    if (wasInside) return insideKey ? MASK : redactText(line.replace(UP_TO_END, MASK))
    afterKeyPart = !insidePublic && lineIsKeyPart(line, afterKeyPart)
    return afterKeyPart ? MASK : redactText(line)
  }
}

import { isRawJson } from '#services/kernel/database/lossless-json.js'
import { MASK, SECRET_NAME } from './redaction-rules.js'
import { lineRedactor, redactText } from './redact-text.js'

/** Members that name things and never hold a secret; they are left alone, so that a report stays one about its command. */
const NAMES = new Set(['command_id', 'deployment_hash', 'cursor', 'type', 'ts', 'stream', 'app_code', 'container_name'])

/** Maximum depth: deeper values are hidden as a whole, because no readable content is that deep. */
const MAX_DEPTH = 100

type Json = Record<string, unknown>

/**
 * A JSON value without secrets: in every text, and in members with secret names. An object with hidden content that
 * supports it (a log line, the output of a command) has `redacted: true`. Returns the same value if nothing was hidden.
 * @param afterHidden the page of a log before this one ends with a hidden line
 */
export function redactValue(value: unknown, afterHidden = false, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null || isRawJson(value)) return value
  if (depth > MAX_DEPTH) return MASK
  return Array.isArray(value)
    ? redactList(value, afterHidden, depth)
    : redactObject(value as Json, redactText, depth, afterHidden)
}

/** A JSON value without parts that are too deep. Returns the same value if there are none. */
export function boundDepth(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || isRawJson(value)) return value
  if (depth > MAX_DEPTH) return MASK
  if (Array.isArray(value)) {
    const bounded = value.map((item) => boundDepth(item, depth + 1))
    return bounded.every((item, index) => item === value[index]) ? value : bounded
  }
  const members = Object.entries(value).map(([name, member]) => [name, boundDepth(member, depth + 1)] as const)
  return members.every(([name, member]) => member === (value as Json)[name]) ? value : Object.fromEntries(members)
}

/** Lines follow each other: what began in one may end in another. */
function redactList(list: readonly unknown[], afterHidden: boolean, depth: number): readonly unknown[] {
  const redactLine = lineRedactor(list.map(lineOf), afterHidden)
  const safe = list.map((item) => {
    if (typeof item === 'string') return redactLine(item)
    if (typeof item !== 'object' || item === null || Array.isArray(item) || isRawJson(item))
      return redactValue(item, false, depth + 1)
    return redactObject(item as Json, redactLine, depth + 1)
  })
  return safe.every((item, index) => item === list[index]) ? list : safe
}

/** The text of a line that is a string or `{message}`. */
function lineOf(item: unknown): string {
  const line = typeof item === 'object' && item !== null ? (item as Json)['message'] : item
  return typeof line === 'string' ? line : ''
}

/** An object is copied at its first change only: most objects contain no secret, and a report may have a million members. */
function redactObject(object: Json, redactLine: (text: string) => string, depth: number, afterHidden = false): Json {
  let copy: Json | undefined
  let hidden = false
  for (const name in object) {
    const member = object[name]
    const isText = typeof member === 'string'
    const kept = isText ? redactMember(object, name, member, redactLine) : redactValue(member, afterHidden, depth + 1)
    if (kept === member) continue
    copy ??= { ...object }
    copy[name] = kept
    hidden ||= isText
  }
  if (!copy) return object
  const saysSo = 'redacted' in object || ('message' in object && 'stream' in object)
  return hidden && saysSo ? { ...copy, redacted: true } : copy
}

function redactMember(object: Json, name: string, text: string, redactLine: (text: string) => string): string {
  if (NAMES.has(name) || text === '') return text
  if (SECRET_NAME.test(name)) return MASK
  // As Docker lists variables: {name: 'DB_PASSWORD', value: '…'}.
  const label = object['name'] ?? object['key']
  if (name === 'value' && typeof label === 'string' && SECRET_NAME.test(label)) return MASK
  return name === 'message' ? redactLine(text) : redactText(text)
}

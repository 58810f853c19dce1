import type { FieldPath } from '#services/kernel/validation/validation-issue.js'

/** Stands for the value of a variable that only the deployment knows. A character for private use, which no file contains. */
export const UNKNOWN = '\ue000'

/** A text with its variables replaced by their defaults, as Compose does. */
export interface Interpolated {
  readonly text: string
  /** Position of a dollar sign that Compose rejects. */
  readonly invalidAt: number | null
}

/** Receives the name of a variable, its operator and the text behind it. Both are empty for `$NAME` and `${NAME}`. */
export type OnVariable = (name: string, operator: string, text: string) => void

const MAX_NESTED = 10
const NAME = /[a-z_]\w{0,200}/iy
const OPERATOR = /:?[-?+]/y
/** A hash of a password, as in `$2y$10$Nq8`, has a sign that stays and one that would begin a variable. */
const [KEPT_SIGN, VARIABLE_SIGN] = [/\$\d/, /\$[a-z_]/i]
/** Characters that begin or end something. */
const SPECIAL = /\$|\}/g

interface Open {
  readonly name: string
  readonly operator: string
  readonly begin: number
  readonly offset: number
}

/**
 * Replaces `$NAME` and `${NAME}` by `UNKNOWN`, and `${NAME:-default}` and `${NAME:+text}` by the text in them, in one pass.
 * @param isShell treats `$$NAME`, which the shell of a container replaces, like `$NAME`
 * @param onVariable receives each variable with the text behind its operator
 */
export function interpolate(text: string, isShell = false, onVariable?: OnVariable): Interpolated {
  if (!text.includes('$')) return { text, invalidAt: null }
  const parts: string[] = []
  const open: Open[] = []
  let [at, invalidAt] = [0, null as number | null]
  for (;;) {
    SPECIAL.lastIndex = at
    const offset = SPECIAL.exec(text)?.index ?? text.length
    parts.push(text.slice(at, offset))
    if (offset === text.length) break
    at = offset + 1
    if (text[offset] === '}') {
      const closed = open.pop()
      if (!closed) parts.push('}')
      else {
        if (text.slice(closed.offset, offset).includes('\n')) invalidAt ??= closed.offset
        const inner = parts.splice(closed.begin).join('')
        onVariable?.(closed.name, closed.operator, inner)
        parts.push(closed.operator.endsWith('?') || inner === '' ? UNKNOWN : inner)
      }
      continue
    }
    if (text[at] === '$' && !isShell) {
      parts.push('$')
      at++
      continue
    }
    if (text[at] === '$') at++
    const [name, end] = variableAt(text, text[at] === '{' ? at + 1 : at)
    const operator = name && text[at] === '{' ? operatorAt(text, end) : null
    if (!name || (text[at] === '{' && operator === null) || open.length >= MAX_NESTED) {
      // Compose keeps a sign that begins no variable.
      if (name || text[at] === '{') invalidAt ??= offset
      parts.push('$')
    } else if (operator === null || operator === '}') {
      onVariable?.(name, '', '')
      parts.push(UNKNOWN)
      at = operator === null ? end : end + 1
    } else {
      open.push({ name, operator, begin: parts.length, offset })
      at = end + operator.length
    }
  }
  return { text: parts.join(''), invalidAt: invalidAt ?? open[0]?.offset ?? hashAt(text) }
}

function hashAt(text: string): number | null {
  const single = text.replaceAll('$$', '  ')
  return VARIABLE_SIGN.test(single) ? (KEPT_SIGN.exec(single)?.index ?? null) : null
}

/** A value whose texts have their defaults, and the places whose variables Compose rejects. */
export interface Filled {
  readonly value: unknown
  readonly invalid: readonly FieldPath[]
}

/** A copy of a value with the defaults of its variables, as Compose does before it reads anything. Names of members stay. */
export function fillDefaults(given: unknown, path: FieldPath): Filled {
  const invalid: FieldPath[] = []
  const parts = [...path]
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (!value.includes('$')) return value
      const { text, invalidAt } = interpolate(value)
      if (invalidAt !== null) invalid.push([...parts])
      return text
    }
    if (typeof value !== 'object' || value === null) return value
    const isList = Array.isArray(value)
    const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
      parts.push(isList ? Number(name) : name)
      const filled = fill(member)
      parts.pop()
      return [name, filled]
    })
    return isList ? entries.map(([, member]) => member) : Object.fromEntries(entries)
  }
  return { value: fill(given), invalid }
}

function variableAt(text: string, at: number): [name: string | undefined, end: number] {
  NAME.lastIndex = at
  return NAME.test(text) ? [text.slice(at, NAME.lastIndex), NAME.lastIndex] : [undefined, at]
}

function operatorAt(text: string, at: number): string | null {
  if (text[at] === '}') return '}'
  OPERATOR.lastIndex = at
  return OPERATOR.exec(text)?.[0] ?? null
}

/** Stands for the value of a variable that only the deployment knows. A character for private use, which no file contains. */
export const UNKNOWN = '\ue000'

/** A text with its variables replaced by their defaults, as Compose does. */
export interface Interpolated {
  readonly text: string
  /** Position of a dollar sign that Compose rejects. */
  readonly invalidAt: number | null
}

const MAX_NESTED = 10
const NAME = /[a-z_]\w{0,200}/iy
const OPERATOR = /:?[-?+]/y
/** Characters that begin or end something. */
const SPECIAL = /\$|\}/g

interface Open {
  readonly operator: string
  readonly begin: number
  readonly offset: number
}

/**
 * Replaces `$NAME` and `${NAME}` by `UNKNOWN`, and `${NAME:-default}` and `${NAME:+text}` by the text in them, in one pass.
 * @param isShell treats `$$NAME`, which the shell of a container replaces, like `$NAME`
 */
export function interpolate(text: string, isShell = false): Interpolated {
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
        const inner = parts.splice(closed.begin).join('')
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
      invalidAt ??= offset
      parts.push('$')
    } else if (operator === null) {
      parts.push(UNKNOWN)
      at = end
    } else if (operator === '}') {
      parts.push(UNKNOWN)
      at = end + 1
    } else {
      open.push({ operator, begin: parts.length, offset })
      at = end + operator.length
    }
  }
  return { text: parts.join(''), invalidAt: invalidAt ?? open[0]?.offset ?? null }
}

function variableAt(text: string, at: number): [name: boolean, end: number] {
  NAME.lastIndex = at
  return NAME.test(text) ? [true, NAME.lastIndex] : [false, at]
}

function operatorAt(text: string, at: number): string | null {
  if (text[at] === '}') return '}'
  OPERATOR.lastIndex = at
  return OPERATOR.exec(text)?.[0] ?? null
}

/** Path of a field: names of members and positions in lists. */
export type FieldPath = readonly (string | number)[]

/** A problem of an input. */
export interface ValidationIssue {
  readonly path: FieldPath
  readonly message: string
  /** Line of the value in a text, from 1. Absent if the input is no text. */
  readonly line?: number
}

/** A path as text, as in `services.web.ports[0]`. Names that are not plain words are in brackets. */
export const formatPath = (path: FieldPath): string =>
  path.map((part, index) => (index === 0 ? String(part) : formatPart(part))).join('')

function formatPart(part: string | number): string {
  if (typeof part === 'number') return `[${part}]`
  return /^[\w-]+$/.test(part) ? `.${part}` : `["${part.slice(0, 80)}"]`
}

/** Path of a field name such as `command.appCode` or `types.0`. */
export const toFieldPath = (field: string): FieldPath => field.split('.')

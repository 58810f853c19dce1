/** An error or a warning. */
export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly details: string | null
}

/** Errors and characters of each that a command shows; the rest is in the bytes of its report. */
const MAX_ERRORS = 100
const MAX_CODE = 200
const MAX_TEXT = 10_000

/** Errors as agents report them: objects, or plain texts; what is no list holds none. */
export function readErrors(errors: unknown): ReportedError[] {
  if (!Array.isArray(errors)) return []
  return errors.slice(0, MAX_ERRORS).map((entry: unknown) => {
    if (typeof entry === 'string') return { code: 'error', message: cut(entry), details: null }
    const { code, message, details } = (entry ?? {}) as Record<string, unknown>
    return {
      code: (nonEmptyText(code) ?? 'error').slice(0, MAX_CODE),
      message: cut(nonEmptyText(message) ?? ''),
      details: cut(nonEmptyText(details) ?? null),
    }
  })
}

/** A text of bounded length, without half of a character at its end. */
export const cut = <Text extends string | null>(text: Text): Text =>
  (text !== null && text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()}…` : text) as Text

/** Text that says something. */
export const nonEmptyText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

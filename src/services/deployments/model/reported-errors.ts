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

/** Characters of the warnings of a command: lists of commands read them for each. */
const MAX_WARNINGS_LENGTH = 32_000

const lengthOf = ({ code, message, details }: ReportedError): number =>
  code.length + message.length + (details?.length ?? 0)

/** The first warnings up to the total length, with the number of the others: these are in the report only. */
export function boundWarnings(warnings: readonly ReportedError[]): ReportedError[] {
  let length = 0
  const kept = warnings.findIndex((warning) => (length += lengthOf(warning)) > MAX_WARNINGS_LENGTH)
  if (kept === -1) return [...warnings]
  const message = `${warnings.length - kept} more warnings are in the report.`
  return [...warnings.slice(0, kept), { code: 'warnings_omitted', message, details: null }]
}

/** A text of bounded length, without half of a character at its end. */
export const cut = <Text extends string | null>(text: Text): Text =>
  (text !== null && text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()}…` : text) as Text

/** Text that says something. */
export const nonEmptyText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

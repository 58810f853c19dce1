/** What went wrong, or is worth saying. */
export interface ReportedError {
  readonly code: string
  readonly message: string
  readonly details: string | null
}

/** Errors as agents report them: objects, or plain texts; what is no list holds none. */
export function readErrors(errors: unknown): ReportedError[] {
  if (!Array.isArray(errors)) return []
  return errors.map((entry: unknown) => {
    if (typeof entry === 'string') return { code: 'error', message: entry, details: null }
    const { code, message, details } = (entry ?? {}) as Record<string, unknown>
    return { code: spoken(code) ?? 'error', message: spoken(message) ?? '', details: spoken(details) ?? null }
  })
}

/** Text that says something. */
export const spoken = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

// Normalization of single members of a result, see `normalizeResult` of a command.

/** An object of a report. */
export type Json = Readonly<Record<string, unknown>>

export const CONTAINER_STATES = ['running', 'starting', 'exited', 'failed', 'unknown'] as const

/** A value of a closed set in any case, or the default. */
export function among(values: readonly string[], reported: unknown, otherwise: string): string {
  const lower = typeof reported === 'string' ? reported.toLowerCase() : ''
  return values.includes(lower) ? lower : otherwise
}

export const listOrEmpty = (reported: unknown): readonly unknown[] => (Array.isArray(reported) ? reported : [])
export const textOrNull = (reported: unknown): string | null => (typeof reported === 'string' ? reported : null)
export const numberOrNull = (reported: unknown): number | null => (typeof reported === 'number' ? reported : null)

/** Result of a restart, start or stop. */
export const normalizeAction = (result: Json): Json => ({
  ...result,
  status: among(['ok', 'failed'], result['status'], 'failed'),
  container_state: among(CONTAINER_STATES, result['container_state'], 'unknown'),
  errors: listOrEmpty(result['errors']),
})

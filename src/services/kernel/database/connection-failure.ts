/** Failures of Node's sockets and of the pool, by their codes or words. */
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
const WORDS =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection ended|not queryable/i

/** Whether the database could not be reached or stopped answering, rather than refused what it was asked. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: string }
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure)
  // Classes 08 (connection), 53 (resources) and 57P (shutdown) of SQLSTATE.
  if (code && (SOCKET_CODES.has(code) || /^(08|53|57P)/.test(code))) return true
  return WORDS.test(error.message)
}

/**
 * Codes of sockets; SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown); a read-only server (25006), or
 * one that ended an idle transaction (25P03); and our own code.
 */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|53...|57P..|25006|25P03|UNAVAILABLE)$/

/**
 * Messages of the driver for a connection that was lost during a statement or not available. These errors have no code.
 */
const MESSAGE =
  /^Connection terminated|^Client has encountered a connection error|^timeout exceeded when trying to connect/

/** True if the database was unreachable or stopped responding, rather than rejecting a statement. */
export function isConnectionFailure(error: unknown): boolean {
  const { code, message, errors } = (error ?? {}) as { code?: string; message?: string; errors?: unknown[] }
  // One for each address that was tried.
  if (Array.isArray(errors)) return errors.some(isConnectionFailure)
  return CODES.test(code ?? '') || MESSAGE.test(message ?? '')
}

/** SQLSTATE lock_not_available: another transaction held the lock for too long. */
export const isLockTimeout = (error: unknown): boolean => codeOf(error) === '55P03'

/** Returns true if a retry can succeed: the failure is a lock timeout, a deadlock, a serialization failure or a statement timeout. */
export const isPassing = (error: unknown): boolean =>
  isConnectionFailure(error) || ['55P03', '57014', '40001', '40P01'].includes(codeOf(error) ?? '')

const codeOf = (error: unknown): string | undefined => (error as { code?: string } | null)?.code

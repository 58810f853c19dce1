/** Codes of sockets, and classes 08 (connection), 53 (resources) and 57P (shutdown) of SQLSTATE. */
const CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|08...|53...|57P..)$/

/** What the driver says of a connection that was lost under a statement, or that it could not get; these errors have no code. */
const MESSAGE =
  /^Connection terminated|^Client has encountered a connection error|^timeout exceeded when trying to connect/

/** Whether the database could not be reached or stopped answering, rather than refused what it was asked. */
export function isConnectionFailure(error: unknown): boolean {
  const { code, message, errors } = (error ?? {}) as { code?: string; message?: string; errors?: unknown[] }
  // One for each address that was tried.
  if (Array.isArray(errors)) return errors.some(isConnectionFailure)
  return CODES.test(code ?? '') || MESSAGE.test(message ?? '')
}

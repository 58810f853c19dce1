/**
 * Why the outbox failed. `INVALID`: the record can never be accepted. `FULL`: `maxBytes` are waiting; the server is unreachable or too slow.
 * `DISK`: the file could not be written; the record may be on disk, so repeat it with the same key. `LOCKED`: another process uses the
 * folder. `CLOSED`: the outbox was closed. `TIMEOUT`: `flush` did not finish in time; delivery continues.
 */
export type UsageOutboxErrorCode = 'INVALID' | 'FULL' | 'DISK' | 'LOCKED' | 'CLOSED' | 'TIMEOUT'

export class UsageOutboxError extends Error {
  override name = 'UsageOutboxError'
  readonly code: UsageOutboxErrorCode
  /** Key of the record that was not stored. */
  readonly key: string | undefined

  constructor(code: UsageOutboxErrorCode, message: string, details: { cause?: unknown; key?: string } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.key = details.key
  }
}

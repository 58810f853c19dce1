import type { DenialCode, ErrorCode } from '../codes/codes.js'

/**
 * Denials that can occur where a result type has no denial member: operations with a single type, and the HTTP layer.
 */
type ThrownDenialCode = Extract<DenialCode, 'RATE_LIMITED' | 'SECRET_ALREADY_SHOWN' | 'IDEMPOTENCY_MISMATCH'>

/**
 * An error with a public `message` and an `internal` text for the log. The code determines the HTTP status
 * (`kernel/codes`). Denials are not errors.
 */
export class AppError extends Error {
  readonly code: ErrorCode | ThrownDenialCode
  /** Details for the log; never sent to a client. */
  readonly internal: string | undefined
  /** The remedy, for operators. */
  readonly remedy: string | undefined
  /** Public data in addition to code and message, for example `{ field: 'after' }`. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode | ThrownDenialCode,
    message: string,
    options: { internal?: string; remedy?: string; cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.internal = options.internal
    this.remedy = options.remedy
    this.details = options.details
  }
}

/** Returns true if the failure is only that another service, such as a payment provider, did not respond. */
export const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'UNAVAILABLE'

import type { DenialCode, ErrorCode } from '../codes/codes.js'

/** Refusals that are met where an answer has no room for a denial: an operation's single type, or the door itself. */
type RefusalCode = Extract<DenialCode, 'RATE_LIMITED' | 'SECRET_ALREADY_SHOWN' | 'IDEMPOTENCY_MISMATCH'>

/**
 * An error with two voices: `message` is plain text that a stranger may read, `internal` is for the log alone.
 * The code decides the HTTP status (`kernel/codes`). Expected refusals are not errors: they are denials.
 */
export class AppError extends Error {
  readonly code: ErrorCode | RefusalCode
  /** Details for the log; never sent to a client. */
  readonly internal: string | undefined
  /** What a client may read beside code and message, for example `{ field: 'after' }`. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode | RefusalCode,
    message: string,
    options: { internal?: string; cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.internal = options.internal
    this.details = options.details
  }
}

/** Returns true if the failure is only that another service, such as a payment provider, did not respond. */
export const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'UNAVAILABLE'

import { codeInfo } from '../codes/codes.js'
import type { Logger } from '../logger/logger.js'
import { isConnectionFailure, isPassing } from './connection-failure.js'
import { AppError } from './app-error.js'

/** The public part of an error. */
export interface PublicError {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly error: string
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * The edge's one mapping: errors of ours as they are, everything else masked; logged once, with the request id.
 * @param isSandbox true to log also what a caller can mend
 */
export function reportError(log: Logger, error: unknown, requestId: string, isSandbox = false): PublicError {
  const known =
    error instanceof AppError && error.code !== 'CONFIGURATION' ? error : (toUnavailable(error) ?? toBadInput(error))
  if (!known) {
    log.error({ err: error, requestId }, 'request failed')
    return present('INTERNAL', 'Internal error. Quote the request ID to support.', {})
  }
  const { status } = codeInfo(known.code)
  if (status >= 500) log.error({ err: error, requestId }, 'request failed')
  else if (isSandbox || known.internal) {
    const { code, message, internal, details } = known
    const seen = isSandbox ? { message, ...details } : {}
    log[isSandbox ? 'warn' : 'info']({ code, ...seen, internal, requestId }, 'request rejected')
  }
  return present(known.code, known.message, known.details ?? {})
}

function present(code: AppError['code'], message: string, fields: Readonly<Record<string, unknown>>): PublicError {
  const { status, text } = codeInfo(code)
  return { code, message, status, error: text, fields }
}

/** A database that is down or going down is a reason to try again, not a fault of the request. */
function toUnavailable(error: unknown): AppError | null {
  if (isConnectionFailure(error))
    return new AppError('UNAVAILABLE', 'The database is temporarily unavailable. Try again.', { cause: error })
  return isPassing(error)
    ? new AppError('UNAVAILABLE', 'Other operations blocked this one for too long. Try again.', { cause: error })
    : null
}

/** Text that the database cannot hold, or a number that it cannot count to: it came from outside, and is said so. */
function toBadInput(error: unknown): AppError | null {
  const { code = '' } = (error ?? {}) as { code?: string }
  const outOfRange = ['22021', '22P02', '22P05', '22003', '22008'].includes(code)
  return outOfRange
    ? new AppError('BAD_USER_INPUT', 'A value contains characters or a number that cannot be stored.', { cause: error })
    : null
}

import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from './denial.js'

const MAX_REASON_LENGTH = 500

/** Pure: problem of the reason in a preview, which may be left out. */
export const plannedReason = (reason: string | null | undefined): Refused | null =>
  reason === null || reason === undefined ? null : validateReason(reason.trim())

/** Pure: problem of an operator's reason. Null if it has text with storable characters. */
export const validateReason = (reason: string): Refused | null =>
  reason.trim().length >= 1 && reason.length <= MAX_REASON_LENGTH && isPostgresSafe(reason)
    ? null
    : refused('INVALID_PARAMETERS', `reason must be 1 to ${MAX_REASON_LENGTH} characters long.`, { field: 'reason' })

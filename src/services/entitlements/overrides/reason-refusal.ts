import { isPostgresSafe } from '../../kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'

const LONGEST_REASON = 500

/** Pure: what is wrong with an operator's reason; null when it says something, in characters that can be kept. */
export const reasonRefusal = (reason: string): Refused | null =>
  reason.length >= 1 && reason.length <= LONGEST_REASON && isPostgresSafe(reason)
    ? null
    : refused('INVALID_PARAMETERS', `reason must be 1 to ${LONGEST_REASON} characters long.`, { field: 'reason' })

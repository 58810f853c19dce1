import { refused, type Refused } from '../../kernel/denials/denial.js'

const LONGEST_REASON = 500

/** Pure: what is wrong with an operator's reason; null when it says something. */
export const reasonRefusal = (reason: string): Refused | null =>
  reason.length >= 1 && reason.length <= LONGEST_REASON
    ? null
    : refused('INVALID_PARAMETERS', `Say why, in at most ${LONGEST_REASON} characters.`, { field: 'reason' })

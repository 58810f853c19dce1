import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { isOneLine } from '#services/kernel/text/one-line.js'

const MAX_NAME_LENGTH = 100

/** Why a name cannot be that of an account. Null if it can. */
export const checkAccountName = (name: string): Refused | null =>
  !name || name.length > MAX_NAME_LENGTH || !isPostgresSafe(name) || !isOneLine(name)
    ? refused('INVALID_PARAMETERS', `name must be a single line of 1 to ${MAX_NAME_LENGTH} characters.`, {
        field: 'name',
      })
    : null

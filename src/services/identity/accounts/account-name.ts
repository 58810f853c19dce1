import { refusedInput, type Refused } from '#services/kernel/denials/denial.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'

export const MAX_ACCOUNT_NAME_LENGTH = 100

/** Why a name cannot be that of an account. Null if it can. */
export function checkAccountName(name: string): Refused | null {
  const [issue] = lineIssues(['name'], name, MAX_ACCOUNT_NAME_LENGTH)
  return issue ? refusedInput([issue]) : null
}

import { refusedInput, type Refused } from '#services/kernel/denials/denial.js'

/** One denial with the problems of several checks. Null if all of them passed. */
export function allProblems(...checks: readonly (Refused | null)[]): Refused | null {
  const [first, ...rest] = checks.flatMap((check) => check?.issues ?? [])
  return first ? refusedInput([first, ...rest]) : null
}

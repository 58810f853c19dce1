import { refusedInput, type Denial, type Refused } from '#services/kernel/denials/denial.js'

/** Only values of the input are wrong: another call can be right. */
const isInputProblem = (denial: Denial): denial is Refused =>
  denial.__typename === 'Refused' && (denial.code.startsWith('INVALID_') || denial.code === 'TRIAL_NOT_AVAILABLE')

/** One denial for several checks: all problems of the input together, unless a check failed for another reason. Null if all passed. */
export function inputProblems<Failed extends Denial>(...checks: readonly (Failed | null)[]): Failed | Refused | null {
  const failed = checks.filter((check) => check !== null)
  const [first] = failed
  if (!first) return null
  const other = failed.find((denial) => !isInputProblem(denial))
  if (other || failed.length === 1) return other ?? first
  const [issue, ...issues] = failed.flatMap((denial) => (isInputProblem(denial) ? denial.issues : []))
  return issue ? refusedInput([issue, ...issues]) : first
}

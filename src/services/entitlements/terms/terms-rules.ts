import { refused, type Refused } from '#services/kernel/denials/denial.js'

/** The plan or feature that an operator gives an account. */
export type TermsSubject = { readonly plan: string } | { readonly feature: string }

/** Pure: the subject that arguments name, or the denial. */
export function subjectOf({
  plan = null,
  feature = null,
}: {
  readonly plan?: string | null
  readonly feature?: string | null
}): TermsSubject | Refused {
  if (plan !== null && feature === null) return { plan }
  if (feature !== null && plan === null) return { feature }
  return refused('INVALID_PARAMETERS', 'Give either plan or feature.', { field: 'plan' })
}

/** Pure: denial of an end that is not in the future. Null if it is, or if there is none. */
export const validateEnd = (until: Date | null, now: Date): Refused | null =>
  until !== null && until <= now
    ? refused('INVALID_PARAMETERS', 'endsAt must be in the future.', { field: 'endsAt' })
    : null

import type { SetTermsInput } from '#schema/entitlements/terms.type.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { changeTerms } from './change-terms.js'
import { setFeatureTerms } from './feature-terms.js'
import { setPlanTerms } from './plan-terms.js'
import { subjectOf } from './terms-rules.js'

/** Gives an account a plan free of charge, or more of a feature. Replaces what an operator gave of the same plan group or feature. */
export async function setTerms(context: CatalogContext, input: SetTermsInput): Promise<AccountOutcome> {
  const { amount = null, endsAt: until = null } = input
  const quantity = input.quantity ?? 1
  const unlimited = input.unlimited ?? false
  const reason = input.reason.trim()
  const subject = subjectOf(input)
  return changeTerms(context, input, {
    mutation: 'setTerms',
    request: { plan: input.plan ?? null, feature: input.feature ?? null, quantity, amount, unlimited, until, reason },
    change: async (place) => {
      if ('code' in subject) return subject
      if ('plan' in subject)
        return (
          notOf('feature', { amount: amount !== null, unlimited }) ??
          setPlanTerms(place, { plan: subject.plan, quantity, until, reason })
        )
      return (
        notOf('plan', { quantity: quantity !== 1 }) ??
        setFeatureTerms(place, { feature: subject.feature, amount, unlimited, until, reason })
      )
    },
  })
}

/** Pure: denial of a given value that belongs to the other subject. Null if there is none. */
function notOf(other: 'plan' | 'feature', given: Readonly<Record<string, boolean>>): Refused | null {
  const [field] = Object.keys(given).filter((name) => given[name])
  return field === undefined
    ? null
    : refused('INVALID_PARAMETERS', `${field} needs ${other}. Leave it out, or give ${other} instead.`, { field })
}

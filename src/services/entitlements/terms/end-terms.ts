import type { EndTermsArgs } from '#schema/entitlements/terms.type.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { changeTerms } from './change-terms.js'
import { endFeatureTerms } from './feature-terms.js'
import { endPlanTerms } from './plan-terms.js'
import { subjectOf } from './terms-rules.js'

/** Ends what an operator gave an account, before its end. */
export async function endTerms(context: CatalogContext, input: EndTermsArgs): Promise<AccountOutcome> {
  const reason = input.reason.trim()
  const subject = subjectOf(input)
  return changeTerms(context, input, {
    mutation: 'endTerms',
    request: { plan: input.plan ?? null, feature: input.feature ?? null, reason },
    change: async (place) => {
      if ('code' in subject) return subject
      const invalid = validateReason(reason)
      if (invalid) return invalid
      return 'plan' in subject
        ? endPlanTerms(place, { ...subject, reason })
        : endFeatureTerms(place, { ...subject, reason })
    },
  })
}

import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { numberText } from '#services/kernel/text/readable.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { allProblems } from '../model/all-problems.js'
import { MAX_AMOUNT } from '../model/max-amount.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'
import type { ChangedTerms, TermsPlace } from './change-terms.js'
import { validateEnd } from './terms-rules.js'
import { endOverride, liveOverride, setOverride, type NewOverride } from './write-override.js'

type FeatureTerms = Pick<NewOverride, 'feature' | 'amount' | 'unlimited' | 'until' | 'reason'>

/** Gives an account more of a feature, also without an end. Replaces the earlier override of the feature. */
export async function setFeatureTerms(
  { transaction, catalog, accountId, at, by }: TermsPlace,
  terms: FeatureTerms,
): Promise<Refused | ChangedTerms> {
  const feature = catalog.features.get(terms.feature)
  const denial = allProblems(
    feature ? validateOverrideAmount(feature, terms) : unknownFeature(catalog, terms.feature),
    validateEnd(terms.until, at),
    validateReason(terms.reason),
  )
  if (denial || !feature) return denial!
  const before = await liveOverride(transaction, accountId, terms.feature)
  const id = await setOverride(transaction, { accountId, ...terms, setBy: by }, at)
  return {
    id,
    event: {
      type: 'override.set',
      outbox: true,
      summary: summaryOf(feature, terms),
      changesEntitlements: true,
      data: { id, ...terms, by },
    },
    details: { before, after: terms },
  }
}

/** Ends an override. The catalog need not have its feature any more. */
export async function endFeatureTerms(
  { transaction, accountId, at, by }: TermsPlace,
  { feature, reason }: Pick<FeatureTerms, 'feature' | 'reason'>,
): Promise<Refused | ChangedTerms> {
  const before = await liveOverride(transaction, accountId, feature)
  if (!before)
    return refused('INVALID_TRANSITION', `The account has no override of '${feature}'.`, { field: 'feature' })
  await endOverride(transaction, { accountId, feature }, at)
  return {
    id: feature,
    event: {
      type: 'override.ended',
      outbox: true,
      summary: `An operator removed an override of ${feature}: ${reason}`,
      changesEntitlements: true,
      data: { feature, reason, by },
    },
    details: { before, after: null, reason },
  }
}

function summaryOf(
  { name }: FeatureDefinition,
  { amount, unlimited, reason }: Pick<FeatureTerms, 'amount' | 'unlimited' | 'reason'>,
): string {
  const granted = unlimited ? 'unlimited ' : amount === null ? '' : `${numberText(amount)} `
  return `An operator granted ${granted}${name}: ${reason}`
}

function validateOverrideAmount(
  { kind, name }: FeatureDefinition,
  { amount, unlimited }: Pick<FeatureTerms, 'amount' | 'unlimited'>,
): Refused | null {
  const isCounted = kind !== 'BOOLEAN'
  // Maximum of every amount: with more, the sum of a feature's sources could exceed exact integers.
  if (isCounted && !unlimited && (amount === null || validateAmount(amount)))
    return refused('INVALID_AMOUNT', `Set either amount (1 to ${MAX_AMOUNT}) or unlimited.`, { field: 'amount' })
  if (amount !== null && (unlimited || !isCounted))
    return refused('INVALID_AMOUNT', `${name} has no amount${unlimited ? ' when it is unlimited' : ''}.`, {
      field: 'amount',
    })
  return null
}

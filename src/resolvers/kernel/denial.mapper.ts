import type { AnyDenial } from '#schema/any-denial.js'
import type { Money } from '#schema/kernel/money.type.js'
import type { Remedy as RemedyType } from '#schema/kernel/remedy.type.js'
import type { ValidationIssue } from '#schema/kernel/validation-issue.type.js'
import type { Denial, InputIssue, RateLimited, Refused, Remedy } from '#services/kernel/denials/denial.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import type { InsufficientCredits, InsufficientPlan, QuotaExceeded } from '#services/entitlements/model/denials.js'
import type { TemplateNotPurchased } from '#services/marketplace/eligibility/decide-eligibility.js'
import { toCurrentPlan, toFeature, toPlan } from '../catalog/plan.mapper.js'
import { toSubscription } from '../billing/subscription.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { absoluteUrl } from '#services/entitlements/remedies/remedy-action.js'
import { timesOf, totalCost } from '#services/entitlements/model/costed-remedy.js'
import { toMoney, toPrice } from './price.mapper.js'

type KnownDenial =
  | InsufficientCredits
  | InsufficientPlan
  | QuotaExceeded
  | TemplateNotPurchased
  | SubscriptionConflict
  | RateLimited
  | Refused

/** A service's denial as a member of the result union. */
export async function toDenial<Result extends AnyDenial>(context: RequestContext, denial: Denial): Promise<Result> {
  return (await map(context, denial as KnownDenial)) as Result
}

async function map(context: RequestContext, denial: KnownDenial): Promise<AnyDenial> {
  const source = denial
  switch (denial.__typename) {
    case 'InsufficientPlan':
      return {
        ...denial,
        source,
        requiredPlan: toPlan(denial.requiredPlan),
        currentPlan: toCurrentPlan(context.catalog.current(), denial.currentPlan),
      }
    case 'InsufficientCredits':
    case 'QuotaExceeded':
      return {
        ...denial,
        source,
        upgradeUrl: absoluteUrl(context.config, denial.upgradeUrl),
        feature: toFeature(denial.feature),
        currentPlan: toCurrentPlan(context.catalog.current(), denial.currentPlan),
      }
    case 'TemplateNotPurchased':
      return { ...denial, source, price: toPrice(denial.price) }
    case 'SubscriptionConflict':
      return { ...denial, source, subscription: await toSubscription(context, denial.subscription) }
    case 'Refused':
      return { ...denial, source, issues: denial.issues.map(toValidationIssue) }
    default:
      return { ...denial, source }
  }
}

const toValidationIssue = ({ path, code, message }: InputIssue): ValidationIssue => ({
  path: path.map(String),
  code,
  message,
})

function totalOf(remedy: Remedy): Money | null {
  const whole = totalCost(remedy)
  return whole && toMoney(whole)
}

export const toRemedy = ({ config }: RequestContext, remedy: Remedy): RemedyType => ({
  source: remedy,
  quantity: timesOf(remedy),
  total: totalOf(remedy),
  __typename: 'Remedy',
  kind: remedy.kind,
  label: remedy.label,
  mutation: remedy.mutation,
  targetId: remedy.target?.id ?? null,
  price: remedy.price ? toPrice(remedy.price) : null,
  at: remedy.at,
  url: absoluteUrl(config, remedy.url),
})

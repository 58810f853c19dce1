import type { Denial, DeniedQuantity } from '#schema/kernel/denial.type.js'
import type { Quantity } from '#schema/kernel/quantity.type.js'
import type { Money } from '#schema/kernel/money.type.js'
import type { Remedy as RemedyType } from '#schema/kernel/remedy.type.js'
import type { ValidationIssue } from '#schema/kernel/validation-issue.type.js'
import type {
  Denial as DenialValue,
  DeniedAmounts,
  InputIssue,
  RateLimited,
  Refused,
  Remedy,
} from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { InsufficientCredits, InsufficientPlan, QuotaExceeded } from '#services/entitlements/model/denials.js'
import { toCurrentPlan, toFeature, toPlan } from '../catalog/plan.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { absoluteUrl, remedyRequest } from '#services/entitlements/remedies/remedy-action.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { timesOf, totalCost } from '#services/entitlements/model/costed-remedy.js'
import { toMoney, toPrice } from './price.mapper.js'

type KnownDenial = InsufficientCredits | InsufficientPlan | QuotaExceeded | RateLimited | Refused

/** A service's denial as GraphQL returns it. */
export async function toDenial(context: RequestContext, denial: DenialValue): Promise<Denial> {
  const known = denial as KnownDenial
  const { code, message, quantity } = denial
  const catalog = context.catalog.current()
  return {
    __typename: 'Denial',
    source: denial,
    code,
    message,
    issues: known.__typename === 'Refused' ? known.issues.map(toValidationIssue) : [],
    quantity: quantity ? toDeniedQuantity(catalog, quantity) : null,
    retryAfterSeconds: known.__typename === 'RateLimited' ? known.retryAfterMs / 1000 : null,
    currentPlan: 'currentPlan' in known ? toCurrentPlan(catalog, known.currentPlan) : null,
    requiredPlan: known.__typename === 'InsufficientPlan' ? toPlan(known.requiredPlan) : null,
  }
}

/**
 * The denial of a list as a whole, for each of its items.
 * @throws AppError if the list is empty, so that no item can show it
 */
export async function toDenials(
  context: RequestContext,
  denial: DenialValue,
  items: readonly unknown[],
): Promise<Denial[]> {
  if (items.length === 0) {
    const { field } = denial as KnownDenial & { readonly field?: string | null }
    throw new AppError('BAD_USER_INPUT', denial.message, field ? { details: { field } } : {})
  }
  const each = await toDenial(context, denial)
  return items.map(() => each)
}

function toDeniedQuantity(
  catalog: CatalogSnapshot,
  { feature, currency, limit, used, requested, remaining, resetsAt }: DeniedAmounts,
): DeniedQuantity {
  const quantity = (amount: number): Quantity => ({
    __typename: 'Quantity',
    units: currency === null ? amount : null,
    money: currency === null ? null : toMoney({ amountMinor: amount, currency }),
  })
  const optional = (amount: number | null) => (amount === null ? null : quantity(amount))
  return {
    feature: toFeature(catalog.features.get(feature)!),
    limit: optional(limit),
    used: optional(used),
    requested: quantity(requested),
    remaining: optional(remaining),
    resetsAt,
  }
}

export const toValidationIssue = ({ path, code, message, severity, line }: InputIssue): ValidationIssue => ({
  path: path.map(String),
  code,
  message,
  severity: severity ?? 'ERROR',
  line: line ?? null,
})

function totalOf(remedy: Remedy): Money | null {
  const whole = totalCost(remedy)
  return whole && toMoney(whole)
}

export const toRemedy = ({ catalog, config }: RequestContext, remedy: Remedy): RemedyType => ({
  quantity: timesOf(remedy),
  total: totalOf(remedy),
  __typename: 'Remedy',
  kind: remedy.kind,
  label: remedy.label,
  ...remedyRequest(catalog.current(), remedy),
  subjectId: remedy.target?.id ?? null,
  price: remedy.price ? toPrice(remedy.price) : null,
  at: remedy.at,
  url: absoluteUrl(config, remedy.url),
})

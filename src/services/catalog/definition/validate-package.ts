import type { ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import type { Entry } from './file-schema.js'
import { PRICE_KEYS } from './price-keys.js'
import { isCountable, unknownUnit, type OfferContext } from './read-plans.js'
import type { PlanFeatureDefinition } from './types.js'

/** Required and forbidden fields of an add-on, a credit pack or an enterprise package. */
export function validatePackage(entry: Partial<Entry<'packages'>>, isPriced: boolean): ValidationIssue[] {
  const { type, price, prices, valid_for, contact_url } = entry
  const issues: ValidationIssue[] = []
  if (type === 'enterprise') {
    if (price !== undefined) issues.push({ path: ['price'], message: 'an enterprise package must not have a price' })
    if (prices) issues.push({ path: ['prices'], message: 'an enterprise package must not have a price' })
    if (contact_url === undefined)
      issues.push({ path: ['contact_url'], message: 'an enterprise package requires contact_url' })
  } else {
    if (!isPriced) issues.push({ path: ['price'], message: 'is missing' })
    if (price !== undefined && prices) issues.push({ path: ['price'], message: 'set either price or prices' })
    if (contact_url !== undefined)
      issues.push({ path: ['contact_url'], message: 'only an enterprise package can have contact_url' })
  }
  if (type === 'credit_pack' && valid_for === undefined) {
    issues.push({ path: ['valid_for'], message: 'a credit pack requires valid_for, for example 90d' })
  }
  if (type !== 'credit_pack' && valid_for !== undefined)
    issues.push({ path: ['valid_for'], message: 'only a credit pack can have valid_for' })
  return [...issues, ...validateIntervals(entry)]
}

function validateIntervals({ type, prices }: Partial<Entry<'packages'>>): ValidationIssue[] {
  if (!prices || type === 'enterprise') return []
  const isRecurring = type === 'addon'
  const named = PRICE_KEYS.filter((interval) => prices[interval] !== undefined)
  const message = isRecurring ? 'an add-on must have a recurring price' : 'a credit pack must have a one-time price'
  if (named.length === 0)
    return [{ path: ['prices'], message: `expected ${isRecurring ? 'an interval such as month or year' : 'one_time'}` }]
  return named
    .filter((interval) => (interval === 'one_time') === isRecurring)
    .map((interval) => ({ path: ['prices', interval], message }))
}

/** Grants that are not allowed for the type of a package. */
export function validateGrants(
  { reader, features }: OfferContext,
  { type, grants, prices }: Partial<Entry<'packages'>>,
  read: readonly PlanFeatureDefinition[],
): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  if (prices?.per !== undefined && !isCountable(prices.per, features)) {
    issues.push({ path: ['prices', 'per'], message: unknownUnit(reader, prices.per, features) })
  }
  if (type !== 'credit_pack') return issues
  for (const { feature, unlimited } of read) {
    const kind = features.get(feature)?.kind
    if (unlimited) issues.push({ path: ['grants', feature], message: 'a credit pack must grant an amount' })
    if (kind === 'LIMIT' || kind === 'RATE') {
      issues.push({
        path: ['grants', feature],
        message: 'a credit pack can grant only quotas, credits and boolean features',
      })
    }
  }
  const isSomethingWrong = read.length < Object.keys(grants ?? {}).length
  if (!isSomethingWrong && !read.some(({ amount, unlimited }) => unlimited || amount !== null)) {
    issues.push({ path: ['grants'], message: 'a credit pack must grant an amount of at least one feature' })
  }
  return issues
}

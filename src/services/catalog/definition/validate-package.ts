import type { Entry } from './file-schema.js'
import { isCountable, type OfferContext } from './read-plans.js'
import type { PlanFeatureDefinition } from './types.js'

/** A problem of a package and its field. */
export type ValidationIssue = readonly [field: readonly string[], message: string]

/** Required and forbidden fields of an add-on, a credit pack or an enterprise package. */
export function validatePackage(entry: Entry<'packages'>): ValidationIssue[] {
  const { type, price, prices, valid_for, contact_url } = entry
  const faults: ValidationIssue[] = []
  const isPriced = price !== undefined || prices !== undefined
  if (type === 'enterprise') {
    if (price !== undefined) faults.push([['price'], 'an enterprise package must not have a price'])
    if (prices) faults.push([['prices'], 'an enterprise package must not have a price'])
    if (contact_url === undefined) faults.push([['contact_url'], 'an enterprise package requires contact_url'])
  } else {
    if (!isPriced) faults.push([['price'], 'is missing'])
    if (price !== undefined && prices) faults.push([['price'], 'set either price or prices'])
    if (contact_url !== undefined) faults.push([['contact_url'], 'only an enterprise package can have contact_url'])
  }
  if (type === 'credit_pack' && valid_for === undefined) {
    faults.push([['valid_for'], 'a credit pack requires valid_for, for example 90d'])
  }
  if (type !== 'credit_pack' && valid_for !== undefined)
    faults.push([['valid_for'], 'only a credit pack can have valid_for'])
  return [...faults, ...validateIntervals(entry)]
}

function validateIntervals({ type, prices }: Entry<'packages'>): ValidationIssue[] {
  if (!prices || type === 'enterprise') return []
  const allowed: readonly string[] = type === 'addon' ? ['month', 'year'] : ['one_time']
  const named = ['one_time', 'month', 'year'].filter((interval) => prices[interval as 'month'] !== undefined)
  const what =
    type === 'addon' ? 'an add-on must have a monthly or yearly price' : 'a credit pack must have a one-time price'
  if (named.length === 0) return [[['prices'], `expected ${allowed.join(' or ')}`]]
  return named.filter((interval) => !allowed.includes(interval)).map((interval) => [['prices', interval], what])
}

/** Grants that are not allowed for the type of a package. */
export function validateGrants(
  { features }: OfferContext,
  { type, grants, prices }: Entry<'packages'>,
  read: readonly PlanFeatureDefinition[],
): ValidationIssue[] {
  const faults: ValidationIssue[] = []
  if (prices?.per !== undefined && !isCountable(prices.per, features)) {
    faults.push([['prices', 'per'], 'expected seat, or the unit of a limit such as managed_server'])
  }
  if (type !== 'credit_pack') return faults
  for (const { feature, unlimited } of read) {
    const kind = features.get(feature)?.kind
    if (unlimited) faults.push([['grants', feature], 'a credit pack must grant an amount'])
    if (kind === 'LIMIT' || kind === 'RATE') {
      faults.push([['grants', feature], 'a credit pack can grant only quotas, credits and boolean features'])
    }
  }
  const isSomethingWrong = read.length < Object.keys(grants ?? {}).length
  if (!isSomethingWrong && !read.some(({ amount, unlimited }) => unlimited || amount !== null)) {
    faults.push([['grants'], 'a credit pack must grant an amount of at least one feature'])
  }
  return faults
}

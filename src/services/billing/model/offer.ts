import { numberText } from '#services/kernel/text/readable.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { byLength, intervalAdverb } from '#services/catalog/products/interval.js'
import {
  packageReference,
  type CatalogPackage,
  type CatalogPlan,
  type CatalogPrice,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import { withQuantity } from '#services/entitlements/model/costed-remedy.js'
import { unitsOf } from '#services/entitlements/model/package-remedies.js'
import { refused, remedy, retry, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import type { Mode } from '#services/kernel/config/mode.js'

/** Product and amount of a sale. The server decides both, never the client. */
export interface Offer {
  readonly productId: string
  /** Display name. */
  readonly name: string
  /** Code of the plan or package, or slug of the template, shown in the provider's dashboard. */
  readonly code: string
  /** The terms that are sold, when a plan is. */
  readonly planVersionId: string | null
  /** The terms that are sold, when a package is. */
  readonly packageVersionId: string | null
  readonly price: CatalogPrice
  readonly quantity: number
  readonly trialDays: number
  readonly amountMinor: number
  /** An account has one open checkout in a group: the plan's group, else the product itself. */
  readonly group: string
}

/** Exclusion group of a product that is not a plan: one open checkout each. */
export const productGroup = (productId: string): string => `product:${productId}`

/**
 * Denies a domain that the catalog lists for the other mode. An unknown or missing domain counts as one of this mode.
 */
export function domainMismatch(catalog: CatalogSnapshot, mode: Mode, userDomain: string | null): Refused | null {
  const listed = catalog.domains.find(({ domain }) => domain === userDomain?.toLowerCase())
  if (!listed || mode === 'sandbox' || listed.mode === mode) return null
  return refused(
    'MODE_MISMATCH',
    `${listed.domain} is a ${listed.mode} domain, but this server runs in ${mode} mode.`,
    { field: 'userDomain' },
  )
}

/** Maximum quantity of a unit-priced plan in one checkout. */
export const MAX_QUANTITY = 10_000

/** @param kind the kind of the remedy, which repeats the denied mutation without a quantity */
export function validateQuantity(
  name: string,
  quantity: number,
  maximum: number,
  kind: 'CONTINUE_CHECKOUT' | 'CHANGE_PLAN' = 'CONTINUE_CHECKOUT',
): Refused | null {
  if (quantity >= 1 && quantity <= maximum) return null
  const message =
    maximum === 1
      ? `${name} cannot be purchased in quantities. Leave out quantity.`
      : `quantity must be between 1 and ${numberText(maximum)}.`
  const without = remedy(kind, 'Continue without a quantity', { retry: retry({ omittedFields: ['quantity'] }) })
  return refused('INVALID_AMOUNT', message, { field: 'quantity', remedies: [without] })
}

/** Currencies of an account. */
export interface AccountCurrencies {
  /** Currency of its running subscription, otherwise the currency that was set for it. Null without both. */
  readonly own: string | null
  /** That of its running subscription. Null without one. */
  readonly paidIn: string | null
}

/** Currencies in which a price is searched: only the requested one, otherwise the account's, then the catalog's. */
export interface CurrencyRequest {
  readonly requested: string | null
  /** Currency in which the account is sold to. Null without one. */
  readonly own: string | null
}

/**
 * Price of a product for an interval. Without a requested currency and without a price in the account's or the
 * catalog's currency: the first one. @param interval null: monthly if the product has such a price, otherwise its shortest interval, otherwise once
 */
export function priceFor(
  catalog: CatalogSnapshot,
  prices: readonly CatalogPrice[],
  interval: BillingInterval | null,
  { requested, own }: CurrencyRequest,
): CatalogPrice | null {
  const offered = prices.filter((price) => price.active)
  const wanted = interval ?? (offered.some((price) => price.interval === 'MONTH') ? 'MONTH' : null)
  const sold = offered
    .filter((price) => wanted === null || price.interval === wanted)
    .toSorted((one, other) => byLength(one.interval, other.interval))
  const inCurrency = (currency: string | null) => sold.find((price) => price.money.currency === currency)
  if (requested !== null) return inCurrency(requested) ?? null
  return inCurrency(own) ?? inCurrency(catalog.currency) ?? sold[0] ?? null
}

/**
 * Denial of an interval or a currency in which a product is not sold. It names those in which it is.
 * @param optional arguments of the denied mutation without which it is sold
 * @param instead another step, where no such arguments help
 */
export function noPrice(
  { name, prices }: { readonly name: string; readonly prices: readonly CatalogPrice[] },
  interval: BillingInterval | null,
  currency: string,
  {
    field,
    paidIn = null,
    optional = [],
    instead = null,
  }: { field: string; paidIn?: string | null; optional?: readonly string[]; instead?: Remedy | null },
): Refused {
  const sold = prices.filter(({ active }) => active)
  const terms = sold.map((price) => `${intervalAdverb(price.interval)} in ${price.money.currency}`)
  const wanted = interval ? ` that is billed ${intervalAdverb(interval)}` : ''
  const isSoldWithout = optional.length > 0 && sold.some((price) => validateCurrency(price, paidIn, sold) === null)
  const asSold = remedy('CONTINUE_CHECKOUT', 'Buy it on the terms of sale', {
    retry: retry({ omittedFields: optional }),
  })
  return refused(
    'INVALID_PRICE',
    `${name} has no price in ${currency}${wanted}. It is sold ${[...new Set(terms)].join(', ')}.`,
    { field, remedies: isSoldWithout ? [asSold] : instead ? [instead] : [] },
  )
}

/**
 * The provider cannot bill recurring products of one customer in two currencies; one-time payments can differ.
 * @param paidIn currency of the running subscription, null without one @param prices all of the product
 */
export function validateCurrency(
  { interval, money }: CatalogPrice,
  paidIn: string | null,
  prices: readonly CatalogPrice[],
): Refused | null {
  if (paidIn === null || interval === 'ONE_TIME' || money.currency === paidIn) return null
  const isSoldInOwn = prices.some((one) => one.active && one.interval === interval && one.money.currency === paidIn)
  const step = isSoldInOwn
    ? remedy('CONTINUE_CHECKOUT', `Pay in ${paidIn}`, { retry: retry({ omittedFields: ['currency'] }) })
    : cancelFirst
  return refused(
    'INVALID_PRICE',
    `The account's subscription is billed in ${paidIn}. Recurring products must use the same currency, not ${money.currency}: ${isSoldInOwn ? 'leave out currency' : 'cancel the subscription first'}.`,
    { field: 'currency', remedies: [step] },
  )
}

/** The remedy of what a subscription excludes until its end. */
export const cancelFirst = remedy('CHANGE_PLAN', 'Cancel the subscription', { mutation: 'cancelSubscription' })

/** The step that pays a plan at an interval at which it is sold in a currency. Without one, only another subscription can have another currency. */
export function payAtInterval(
  { active, code, name, prices }: CatalogPlan,
  { currency, quantity }: { readonly currency: string; readonly quantity: number },
  fits: (interval: BillingInterval) => boolean = () => true,
): Remedy {
  const price = prices.find((one) => one.interval !== 'ONE_TIME' && one.currency === currency && fits(one.interval))
  if (!active || !price) return cancelFirst
  const terms = { plan: code, interval: price.interval, quantity: price.per ? quantity : 1 }
  const label = `Pay ${name} ${intervalAdverb(price.interval)}`
  return withQuantity(remedy('CHANGE_PLAN', label, { mutation: 'changePlan', price, terms }), terms.quantity)
}

/** The step that removes units of an add-on. */
export const removeUnits = (sold: CatalogPackage, units: number): Remedy =>
  withQuantity(
    remedy('CHANGE_PLAN', `Remove ${unitsOf(sold, units)}`, {
      mutation: 'removeAddon',
      target: packageReference(sold),
    }),
    units,
  )

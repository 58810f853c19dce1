import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { CatalogPlanFeature, CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AddonLine, SubscriptionState } from './load-subscription-state.js'

/** A change of a subscription, before it is written down or afterwards. */
export type ChangeTerms = Pick<SubscriptionChangeRow, 'kind' | 'at'> &
  Partial<Pick<SubscriptionChangeRow, 'toPriceId' | 'toQuantity'>>

/** A line that an immediate change forfeits, in whole or in part. */
export interface GivenUpLine {
  readonly description: string
  readonly quantity: number
  readonly price: CatalogPrice
  /** Part of its full-period price that is forfeited. */
  readonly priceMinor: number
  readonly isPlan: boolean
  /** Features that it grants. */
  readonly grants: readonly CatalogPlanFeature[]
}

/** Lines that an immediate change forfeits, and whether it starts a new period. */
export interface GivenUp {
  readonly lines: readonly GivenUpLine[]
  readonly beginsPeriod: boolean
  /** Higher terms replace the lines: their paid rest counts under both policies, because nothing is returned. */
  readonly isRaise: boolean
}

/**
 * Pure: lines whose paid rest this server credits. Null if it credits nothing: the change is not immediate, a trial is
 * active, or the provider prorates the change, as for a higher price or quantity. After a decrease in the same period,
 * an increase starts a new period, because the provider would prorate by the amount charged before the decrease.
 */
export function givenUpBy(
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  change: ChangeTerms,
  { wasLowered }: { readonly wasLowered: boolean },
): GivenUp | null {
  if (change.at !== 'NOW' || state.subscription.status === 'TRIALING') return null
  if (change.kind === 'CANCEL') return lower(allLines(catalog, state))
  if (change.kind === 'PLAN') return changedPlan(catalog, state, change, wasLowered)
  if (change.kind !== 'ADDON') return null
  const addon = addonOf(state, change)
  const removed = addon ? addon.item.quantity - (change.toQuantity ?? 0) : 0
  if (!addon || removed === 0) return null
  if (removed > 0) return lower(addonLine(catalog, addon, removed))
  return wasLowered ? raise(catalog, state) : null
}

/** Pure: the line of the add-on that a change is about. */
export const addonOf = ({ addons }: SubscriptionState, { toPriceId }: ChangeTerms): AddonLine | undefined =>
  addons.find(({ item }) => item.priceId === toPriceId)

/**
 * A lower price of the same interval forfeits the difference. A new period forfeits all lines of the earlier one and is
 * charged in full.
 */
function changedPlan(
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  { toPriceId, toQuantity }: ChangeTerms,
  wasLowered: boolean,
): GivenUp | null {
  const line = planLine(state)
  const to = catalog.priceById.get(toPriceId ?? '')
  if (!to) return null
  const after = to.money.amountMinor * (toQuantity ?? 1)
  if (after < line.priceMinor)
    return to.interval === state.price.interval
      ? lower([{ ...line, priceMinor: line.priceMinor - after }])
      : { ...lower(allLines(catalog, state)), beginsPeriod: true }
  const changesTerms = to.id !== state.price.id || toQuantity !== state.quantity
  return wasLowered && changesTerms ? raise(catalog, state) : null
}

const lower = (lines: readonly GivenUpLine[]): GivenUp => ({ lines, beginsPeriod: false, isRaise: false })

const raise = (catalog: CatalogSnapshot, state: SubscriptionState): GivenUp => ({
  lines: allLines(catalog, state),
  beginsPeriod: true,
  isRaise: true,
})

const allLines = (catalog: CatalogSnapshot, state: SubscriptionState): GivenUpLine[] => [
  planLine(state),
  ...state.addons.flatMap((addon) => addonLine(catalog, addon)),
]

const planLine = ({ plan, price, quantity }: SubscriptionState): GivenUpLine => ({
  description: plan.name,
  quantity,
  price,
  priceMinor: price.money.amountMinor * quantity,
  isPlan: true,
  grants: plan.features,
})

function addonLine(
  catalog: CatalogSnapshot,
  { item, sold }: AddonLine,
  quantity: number = item.quantity,
): GivenUpLine[] {
  const price = catalog.priceById.get(item.priceId)
  if (!price) return []
  const priceMinor = price.money.amountMinor * quantity
  return [{ description: sold.name, quantity, price, priceMinor, isPlan: false, grants: sold.grants }]
}

import type { CatalogPackage, CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { packageReference } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { contactRequired, plansInclude } from '#services/entitlements/packages/check-addon.js'
import { disputeHold } from '#services/billing/purchases/dispute-hold.js'
import type { NewChange } from './record-change.js'
import { cancellationScheduled, paymentOverdue, changeInProgress } from './change-denials.js'
import type { AddonLine, SubscriptionState } from './load-subscription-state.js'

export interface AddonRequest {
  readonly package: string
  readonly quantity: number
}

const MAX_ADDON_QUANTITY = 1000

/** Pure: an add-on more, or more of it; what the plan gives already is not sold. */
export function decideAddAddon(
  catalog: CatalogSnapshot,
  state: SubscriptionState | null,
  request: AddonRequest,
  now: Date,
): NewChange | Refused {
  const sold = soldAddon(catalog, request)
  if (sold.__typename === 'Refused') return sold
  if (!state) return baseRequired()
  const stopped =
    changeInProgress(state) ??
    cancellationScheduled(state) ??
    paymentOverdue(state) ??
    (state.disputed ? disputeHold() : null)
  if (stopped) return stopped
  if (plansInclude([state.plan], sold))
    return refused('ALREADY_INCLUDED', `${state.plan.name} already includes ${sold.name}.`, {
      field: 'package',
    })
  const line = lineOf(state, sold)
  const price = addonPrice(state, sold, line)
  if (!price)
    return refused(
      'INVALID_PRICE',
      `${sold.name} has no price in ${state.price.money.currency}, the currency of the subscription.`,
      { field: 'package' },
    )
  if (line && onlySwitches(sold))
    return refused('ALREADY_INCLUDED', `The subscription already has ${sold.name}.`, { field: 'package' })
  const quantity = (line?.item.quantity ?? 0) + request.quantity
  const maximum = onlySwitches(sold) ? 1 : MAX_ADDON_QUANTITY
  if (request.quantity < 1 || quantity > maximum)
    return refused('INVALID_AMOUNT', `The quantity of ${sold.name} must be between 1 and ${maximum}.`, {
      field: 'quantity',
    })
  return addonChange(price, quantity, now)
}

/** Pure: an add-on less, or fewer of it. */
export function decideRemoveAddon(
  catalog: CatalogSnapshot,
  state: SubscriptionState | null,
  request: AddonRequest,
  now: Date,
): NewChange | Refused {
  const sold = catalog.packageByCode.get(request.package)
  if (!sold || sold.type !== 'ADDON') return notAnAddon(request.package)
  if (!state) return baseRequired()
  const stopped = changeInProgress(state) ?? paymentOverdue(state)
  if (stopped) return stopped
  const line = lineOf(state, sold)
  const paid = line && state.addons.find(({ item }) => item.id === line.item.id)
  const price = paid && addonPrice(state, sold, paid)
  if (!paid || !price)
    return refused('NO_ACTIVE_SUBSCRIPTION', `The subscription has no ${sold.name}.`, { field: 'package' })
  if (request.quantity < 1 || request.quantity > paid.item.quantity)
    return refused('INVALID_AMOUNT', `The subscription has ${paid.item.quantity} of ${sold.name}.`, {
      field: 'quantity',
    })
  return addonChange(price, paid.item.quantity - request.quantity, now)
}

function soldAddon(catalog: CatalogSnapshot, request: AddonRequest): CatalogPackage | Refused {
  const sold = catalog.packageByCode.get(request.package)
  if (!sold?.active) return notAnAddon(request.package)
  if (sold.type === 'ENTERPRISE') return contactRequired(sold)
  if (sold.type === 'CREDIT_PACK')
    return refused('NOT_FOR_SALE', `${sold.name} is a one-time purchase, not an add-on.`, {
      field: 'package',
      remedies: [
        remedy('BUY_PACKAGE', `Buy ${sold.name}`, { mutation: 'purchasePackage', target: packageReference(sold) }),
      ],
    })
  return sold
}

/** True if the package grants only boolean features: a second one would have no effect. */
const onlySwitches = (sold: CatalogPackage): boolean => sold.grants.every(({ feature }) => feature.kind === 'BOOLEAN')

const lineOf = (state: SubscriptionState, sold: CatalogPackage): AddonLine | undefined =>
  state.addons.find((line) => line.sold.id === sold.id)

/** The price that is paid already, else the one of the plan's interval, else that of the month; in the subscription's currency. */
function addonPrice(
  state: SubscriptionState,
  sold: CatalogPackage,
  line: AddonLine | undefined,
): Pick<CatalogPrice, 'id'> | undefined {
  if (line) return { id: line.item.priceId }
  const payable = sold.prices.filter((price) => price.money.currency === state.price.money.currency)
  return (
    payable.find((price) => price.interval === state.price.interval) ??
    payable.find((price) => price.interval === 'MONTH')
  )
}

const addonChange = ({ id }: Pick<CatalogPrice, 'id'>, quantity: number, now: Date): NewChange => ({
  kind: 'ADDON',
  at: 'NOW',
  effectiveAt: now,
  toPriceId: id,
  toQuantity: quantity,
})

const notAnAddon = (code: string) => refused('NOT_FOR_SALE', `Add-on '${code}' is not for sale.`, { field: 'package' })

const baseRequired = () =>
  refused('BASE_SUBSCRIPTION_REQUIRED', 'Add-ons require an active subscription. Subscribe to a plan first.', {
    remedies: [remedy('UPGRADE_PLAN', 'Subscribe to a plan', { mutation: 'startSubscription' })],
  })

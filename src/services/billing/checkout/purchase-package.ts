import type { AccountRow } from '#entities/identity/account.entity.js'
import { refused, remedy, type Denial } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { packageReference } from '#services/catalog/snapshot/catalog-snapshot.js'
import { checkAddon } from '#services/entitlements/model/check-addon.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import type { BillingContext } from '../model/billing-context.js'
import { accountCurrencies } from '../model/load-buyer.js'
import { decidePackageOffer } from '../model/decide-package-offer.js'
import type { Offer } from '../model/offer.js'
import { purchaseDenial } from '../sales/payment-state.js'
import { purchaseRequest, type CheckoutInput } from '../model/purchase-request.js'
import { startCheckout, type CheckoutDefinition, type StartCheckoutOutcome } from './start-checkout.js'

export interface PurchasePackage extends Omit<CheckoutInput, 'userEmail'> {
  /** The package's code. */
  readonly package: string
}

/** Begins to sell a credit pack. Add-ons are lines of the account's subscription and have a mutation of their own. */
export const purchasePackage = (context: BillingContext, input: PurchasePackage): Promise<StartCheckoutOutcome> =>
  startCheckout(context, saleOfPackage(context, input))

export function saleOfPackage(context: BillingContext, input: PurchasePackage): CheckoutDefinition {
  const request = { package: input.package, ...purchaseRequest(input) }
  return {
    mutation: 'purchasePackage',
    input,
    request,
    offer: async (account) => {
      const own = await accountCurrencies(context.database, account.id)
      const offer = decidePackageOffer(context.catalog.current(), context.config.mode, request, own)
      return 'message' in offer ? offer : ((await notAlone(context, account, offer)) ?? offer)
    },
    findConflict: (sql, account) => purchaseDenial(context, sql, account.id),
  }
}

/** An add-on belongs to the running subscription, where it is prorated and billed together; alone it is not sold. */
async function notAlone(context: BillingContext, account: AccountRow, offer: Offer): Promise<Denial | null> {
  const catalog = context.catalog.current()
  const sold = catalog.packageByVersionId.get(offer.packageVersionId ?? '')
  if (sold?.type !== 'ADDON') return null
  const snapshot = await loadSnapshot(context.database, catalog, account.id, context.clock.now())
  if (!snapshot) throw new AppError('NOT_FOUND', 'Account not found.')
  const target = packageReference(sold)
  return (
    checkAddon(snapshot, sold) ??
    refused('NOT_FOR_SALE', `${sold.name} is an add-on. Add it to the active subscription.`, {
      field: 'package',
      remedies: [remedy('ADD_ADDON', `Add ${sold.name}`, { mutation: 'addAddon', target, price: offer.price })],
    })
  )
}

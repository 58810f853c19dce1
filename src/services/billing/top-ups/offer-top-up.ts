import type { AutoTopUpTermsInput } from '#schema/billing/auto-top-up.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { moneyText } from '#services/kernel/text/readable.js'
import { refused, remedy, type Denial, type Refused } from '#services/kernel/denials/denial.js'
import type { Money } from '#services/kernel/money/money.js'
import type { PaymentPort } from '../providers/port.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import type { SavedMethod } from '../providers/saved-payment-port.js'
import { unsupportedAbility } from '../model/unsupported-ability.js'
import type { BillingContext } from '../model/billing-context.js'
import { inputProblems } from '../model/input-problems.js'
import { purchaseRequest } from '../model/purchase-request.js'
import { accountCurrencies } from '../model/load-buyer.js'
import { decidePackageOffer } from '../model/decide-package-offer.js'
import type { Offer } from '../model/offer.js'

/** A pack that an account can buy automatically. */
export interface TopUpOffer {
  readonly offer: Offer
  readonly feature: FeatureDefinition
  /** Units that one top-up grants. */
  readonly units: number
  readonly price: Money
}

/** The offer of a pack for an automatic purchase. The price is in the currency of the account, and decided by the catalog. */
export async function offerTopUp(
  context: BillingContext,
  accountId: string,
  terms: Pick<AutoTopUpTermsInput, 'package' | 'quantity'>,
): Promise<TopUpOffer | Refused> {
  const catalog = context.catalog.current()
  const sold = catalog.packageByCode.get(terms.package)
  if (!sold || !catalog.topUps?.packages.includes(terms.package))
    return refused('NOT_FOR_SALE', `Package '${terms.package}' cannot be bought automatically.`, { field: 'package' })
  const own = await accountCurrencies(context.database, accountId)
  const request = { ...purchaseRequest({ quantity: terms.quantity ?? 1, idempotencyKey: '' }), package: terms.package }
  const offer = decidePackageOffer(catalog, context.config.mode, request, own)
  if ('message' in offer) return offer
  const granted = sold.grants.find(({ amount }) => amount)!
  const units = granted.amount! * offer.quantity
  const price = { amountMinor: offer.amountMinor, currency: offer.price.money.currency }
  return { offer, feature: granted.feature, units, price }
}

/**
 * Pure: problems of terms. A pack must reach the threshold from an empty balance, so that one top-up is enough for one
 * crossing.
 */
export function termsProblem(
  { units }: TopUpOffer,
  { threshold, maxPerMonth }: Pick<AutoTopUpTermsInput, 'threshold' | 'maxPerMonth'>,
  maximum: number,
): Refused | null {
  const isWithin = (value: number, limit: number) => Number.isSafeInteger(value) && value >= 1 && value <= limit
  return inputProblems<Refused>(
    isWithin(threshold, units)
      ? null
      : refused('INVALID_AMOUNT', `threshold must be between 1 and ${units}, the units of one top-up.`, {
          field: 'threshold',
        }),
    isWithin(maxPerMonth, maximum)
      ? null
      : refused('INVALID_AMOUNT', `maxPerMonth must be between 1 and ${maximum}.`, { field: 'maxPerMonth' }),
  )
}

/** Pure: problem of a price that the caller confirms. Null if it is the price of one top-up. */
export const unconfirmedPrice = ({ price }: Pick<TopUpOffer, 'price'>, agreed: Money): Refused | null =>
  price.amountMinor === agreed.amountMinor && price.currency === agreed.currency
    ? null
    : refused('INVALID_PRICE', `One top-up costs ${moneyText(price)}. Preview it and confirm its price.`, {
        field: 'price',
      })

/** The provider and the saved payment method that pay a top-up. */
export interface TopUpPayer extends SavedMethod {
  readonly port: PaymentPort
}

/** The saved payment method of the running subscription, or the reason for which there is none. Reads the provider. */
export async function findTopUpPayer(
  context: BillingContext,
  accountId: AccountRow['id'],
): Promise<TopUpPayer | Denial> {
  const subscription = await context.database.query
    .selectFrom('billing_subscription')
    .select(['provider', 'externalId'])
    .where('accountId', '=', accountId)
    .where('status', 'in', ['ACTIVE', 'TRIALING'])
    .orderBy('startedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!subscription)
    return refused('NO_ACTIVE_SUBSCRIPTION', 'No active subscription: its saved payment method pays top-ups.', {
      remedies: [
        remedy('UPGRADE_PLAN', 'Subscribe to a plan', { mutation: 'startSubscription', buyer: { accountId } }),
      ],
    })
  const port = context.providers[subscription.provider]
  if (!port) return refused('PROVIDER_UNAVAILABLE', `${subscription.provider} is not available on this server.`)
  const saved = port.savedPayments
  const unsupported = unsupportedAbility(port, 'savedPayments')
  if (unsupported) return unsupported
  const method = await saved!.savedMethodOf(subscription.externalId)
  if (method) return { port, ...method }
  return refused('PAYMENT_FAILED', 'The subscription has no saved payment method.', {
    remedies: [
      remedy('CONTINUE_CHECKOUT', 'Add a payment method', { mutation: 'openBillingPortal', buyer: { accountId } }),
    ],
  })
}

/** Like `findTopUpPayer`, for requests of users: a provider that does not respond is a denial. */
export async function requestTopUpPayer(context: BillingContext, accountId: string): Promise<TopUpPayer | Denial> {
  try {
    return await findTopUpPayer(context, accountId)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    return refused('PROVIDER_UNAVAILABLE', 'The payment provider is not responding. Try again.', {
      remedies: [remedy('WAIT', 'Try again', { at: new Date(context.timers.now() + 5000) })],
    })
  }
}

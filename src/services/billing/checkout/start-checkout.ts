import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { CheckoutStatus } from '#entities/billing/checkout-state.js'
import { deniedFor, refused, remedy, type Denial, type Refused } from '#services/kernel/denials/denial.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { fingerprintOf, findCompletedKey } from '#services/kernel/idempotency/idempotency.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import type { Payer } from '../customers/ensure-customer.js'
import type { Offer } from '../model/offer.js'
import { chooseProvider, configuredProviders, payWithOther, providerChoiceRequired } from '../model/choose-provider.js'
import { overageDenial } from '../model/overage-denial.js'
import { findPromotion } from '../model/find-promotion.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { untakenCurrency } from '../model/provider-currency.js'
import { unsupportedAbility } from '../model/unsupported-ability.js'
import { findCheckout } from '../model/checkout-queries.js'
import { closeCheckout } from './sync-checkout.js'
import { consumeCheckoutRate } from '../model/checkout-rate.js'
import { createProviderCheckout } from './create-provider-checkout.js'
import { payerEmail, type CheckoutInput, type PurchaseRequest } from '../model/purchase-request.js'
import {
  markReplaced,
  paymentUnderWay,
  recordIntent,
  supersededByAnother,
  type Attempt,
  type IntentCheckout,
} from './record-intent.js'
import { inputProblems } from '../model/input-problems.js'
import { decideReturnUrls, type ReturnUrls } from './return-urls.js'

/** A kind of sale: its offer and its conflicts. All kinds share the path from there to the provider's page. */
export interface CheckoutDefinition<Request extends PurchaseRequest = PurchaseRequest> {
  readonly mutation: 'startSubscription' | 'purchasePackage' | 'purchaseTemplate'
  readonly input: CheckoutInput
  /** With its defaults filled in: what makes two calls the same. */
  readonly request: Request
  /** The offer, decided before the account is locked. */
  offer(account: AccountRow, provider: ProviderName): Promise<Offer | Denial>
  /** Reason for a denial, decided under the account lock. Null if the sale is allowed. */
  findConflict(sql: Sql, account: AccountRow, offer: Offer, provider: ProviderName): Promise<Denial | null>
  /** When what is sold begins, for what takes the place of something that will end; read under the account's lock. Null: now. */
  startsAt?(transaction: Transaction, account: AccountRow, offer: Offer, provider: ProviderName): Promise<Date | null>
}

export type StartCheckoutOutcome = { readonly kind: 'checkout'; readonly checkout: CheckoutRow } | Denied

/** Each replacement closes the page of an earlier call. More are not in progress at once. */
const MAX_REPLACEMENTS = 100

/**
 * Starts a sale and returns a checkout to which the buyer is sent. The intent is stored before the provider is called.
 */
export async function startCheckout(context: BillingContext, sale: CheckoutDefinition): Promise<StartCheckoutOutcome> {
  // The order of calls is that of their arrival, and not of the reads of guards.
  const requestedAt = context.receivedAt
  const account = await requireAccount(context, sale.input.accountId, 'billing:manage')
  const email = payerEmail(context.caller, account, sale.input)
  try {
    if (typeof email !== 'string') return denied((await decideSale(context, account, sale, email)).denial ?? email)
    const intent =
      (await findReplay(context, account, sale)) ?? (await decideAndRecord(context, account, sale, requestedAt))
    if (intent.kind === 'denied') return denied(deniedFor(account.id, intent.denial))
    return await openCheckoutPage(context, account, { email, name: sale.request.payerName }, sale, intent)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    context.log.warn(
      { err: error, account: account.id, requestId: context.requestId },
      'checkout creation failed, intent kept for retry',
    )
    return denied(unavailable(context))
  }
}

/** A repeated key is answered first of all: what the catalog says today does not change what was sold. */
async function findReplay(
  context: BillingContext,
  account: AccountRow,
  sale: CheckoutDefinition,
): Promise<IntentCheckout | Denied | null> {
  const known = await findCompletedKey(context.database, scopeOf(context, account, sale), fingerprintOf(sale.request))
  if (known?.kind === 'mismatch') return denied(known.denial)
  const checkout = known && (await findCheckout(context.database, known.result.id))
  return checkout ? { kind: 'checkout', checkout, repeated: true } : null
}

/** Decides what is sold and where the buyer returns to; then records the intent, closing another offer's page where one is open. */
async function decideAndRecord(
  context: BillingContext,
  account: AccountRow,
  sale: CheckoutDefinition,
  requestedAt: Date,
): Promise<IntentCheckout | Denied> {
  const { request } = sale
  const decided = await decideSale(context, account, sale, null)
  if (decided.denial) return denied(decided.denial)
  const { port, offer, urls } = decided
  const unmetered = overageDenial(context.catalog.current(), port, offer.planVersionId)
  if (unmetered) return denied(unmetered)
  const limited = await consumeCheckoutRate(context, account.id)
  if (limited) return denied(limited)
  const promotion = await findPromotion(port, request.promotionCode, {
    amountMinor: offer.amountMinor,
    currency: offer.price.money.currency,
  })
  if (promotion && 'message' in promotion) return denied(promotion)

  const attempt: Attempt = {
    account,
    scope: scopeOf(context, account, sale),
    sale,
    provider: port.provider,
    offer,
    urls,
    promotion,
    requestedAt,
  }
  for (let replacements = 0; replacements < MAX_REPLACEMENTS; replacements++) {
    const intent = await recordIntent(context, attempt)
    if (intent.kind !== 'replace') return intent
    if (await markReplaced(context.database, intent.checkout, attempt)) await closeCheckout(context, intent.checkout)
  }
  return denied(supersededByAnother(sale))
}

const untaxedDenial = (context: BillingContext, port: PaymentPort): Refused | null =>
  context.catalog.current().taxes ? unsupportedAbility(port, 'taxes', 'provider') : null

/** The denial that a sale would meet now. Null if a page would be opened. Nothing is recorded, and the provider is not called. */
export async function denialOfSale(
  context: BillingContext,
  account: AccountRow,
  sale: CheckoutDefinition,
): Promise<Denial | null> {
  const port = await portOfSale(context, account, sale)
  if ('message' in port) return port
  const offer = await sale.offer(account, port.provider)
  if ('message' in offer) return offer
  return (
    untaxedDenial(context, port) ??
    untakenCurrency(context, port.provider, offer, sale.mutation) ??
    overageDenial(context.catalog.current(), port, offer.planVersionId) ??
    (await sale.findConflict(context.database, account, offer, port.provider)) ??
    (await paymentUnderWay(context.database, account, offer))
  )
}

type SaleDecision =
  | { readonly denial: Denial }
  | { readonly denial: null; readonly port: PaymentPort; readonly offer: Offer; readonly urls: ReturnUrls }

/** The provider, the offer and the URLs to which the buyer returns, or every problem of the input. */
async function decideSale(
  context: BillingContext,
  account: AccountRow,
  sale: CheckoutDefinition,
  wrongPayer: Refused | null,
): Promise<SaleDecision> {
  const port = await portOfSale(context, account, sale)
  const unpayable = 'message' in port ? port : untaxedDenial(context, port)
  if (unpayable) return { denial: inputProblems<Denial>(wrongPayer, unpayable)! }
  const { provider } = port as PaymentPort
  const offer = await sale.offer(account, provider)
  const { externalId } = account
  const urls = decideReturnUrls(context.catalog.current(), context.config, { ...sale.request, externalId })
  const noOffer = 'message' in offer ? offer : untakenCurrency(context, provider, offer, sale.mutation)
  const noUrls = 'code' in urls ? urls : null
  const denial = inputProblems<Denial>(wrongPayer, noOffer, noUrls)
  if (denial) return { denial }
  return { denial, port: port as PaymentPort, offer: offer as Offer, urls: urls as ReturnUrls }
}

/** Statuses of a checkout that no other offer has replaced. */
const STARTED: readonly CheckoutStatus[] = ['OPEN', 'PROCESSING', 'COMPLETED']

/** The page, unless another offer took its place while it was being opened. */
async function openCheckoutPage(
  context: BillingContext,
  account: AccountRow,
  payer: Payer,
  sale: CheckoutDefinition,
  intent: IntentCheckout,
): Promise<StartCheckoutOutcome> {
  const outcome = await createProviderCheckout(context, account, payer, intent.checkout)
  if (outcome.kind === 'denied' || intent.repeated || STARTED.includes(outcome.checkout.status)) return outcome
  return denied(supersededByAnother(sale))
}

const scopeOf = (context: BillingContext, account: AccountRow, { mutation, input }: CheckoutDefinition) =>
  idempotencyScope(context.caller, account.id, mutation, input.idempotencyKey)

/** The provider of a sale. A requested one without keys is denied, with those that have keys as the remedies. */
async function portOfSale(
  context: BillingContext,
  { id }: AccountRow,
  { mutation, request }: CheckoutDefinition,
): Promise<PaymentPort | Refused> {
  const provider = await chooseProvider(context, context.database, id, request.provider)
  if (!provider) return providerChoiceRequired(context, mutation)
  const port = context.providers[provider]
  if (port) return port
  const others = configuredProviders(context)
  const hint = others.length > 0 ? `. Available: ${others.join(' and ')}` : ''
  return refused('PROVIDER_UNAVAILABLE', `${provider} is not available on this server${hint}.`, {
    field: 'provider',
    remedies: payWithOther(context, mutation),
  })
}

const unavailable = ({ timers }: BillingContext) =>
  refused('PROVIDER_UNAVAILABLE', 'The payment provider is not responding. Try again with the same key.', {
    remedies: [remedy('WAIT', 'Try again', { at: new Date(timers.now() + 5000) })],
  })

import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { CheckoutRow } from '../../../entities/billing/checkout.entity.js'
import { refused, remedy } from '../../kernel/denials/denial.js'
import { fingerprintOf, lookUpKey } from '../../kernel/idempotency/idempotency.js'
import { denied, type Denied } from '../../kernel/idempotency/once-per-key.js'
import { requireAccount } from '../../identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'
import type { Payer } from '../customers/ensure-customer.js'
import { ProviderUnavailable } from '../providers/port.js'
import { findCheckout } from './checkout-queries.js'
import { closeCheckout } from './close-checkout.js'
import { decideOffer } from './decide-checkout.js'
import { openAtProvider } from './open-at-provider.js'
import { recordIntent, type Attempt, type IntentCheckout } from './record-intent.js'
import { decideReturnUrls } from './return-urls.js'
import { buyersEmail, subscriptionRequest, type StartSubscription } from './subscription-request.js'

export type StartSubscriptionOutcome = { readonly kind: 'checkout'; readonly checkout: CheckoutRow } | Denied

const MAX_REPLACEMENTS = 3

/** Begins to sell a plan: a checkout to send the buyer to. The intent stands in the database before the provider is asked. */
export async function startSubscription(
  context: BillingContext,
  input: StartSubscription,
): Promise<StartSubscriptionOutcome> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const email = buyersEmail(context.caller, input.userEmail ?? null)
  if (typeof email !== 'string') return denied(email)
  try {
    const intent = (await firstAnswer(context, account, input)) ?? (await decideAndRecord(context, account, input))
    if (intent.kind === 'denied') return intent
    const payer = { email, name: subscriptionRequest(input).payerName }
    return await answer(context, account, payer, intent)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    context.log.warn(
      { err: error, account: account.id, requestId: context.requestId },
      'checkout creation failed; its intent stands and can be repeated',
    )
    return denied(unavailable())
  }
}

/** A repeated key is answered first of all: what the catalog says today does not change what was sold. */
async function firstAnswer(
  context: BillingContext,
  account: AccountRow,
  input: StartSubscription,
): Promise<IntentCheckout | Denied | null> {
  const known = await lookUpKey(
    context.database,
    scopeOf(context, account, input),
    fingerprintOf(subscriptionRequest(input)),
  )
  if (known?.kind === 'mismatch') return denied(known.denial)
  const checkout = known && (await findCheckout(context.database, known.result.id))
  return checkout ? { kind: 'checkout', checkout, repeated: true } : null
}

/** Decides what is sold and where the buyer returns to; then records the intent, closing another offer's page where one is open. */
async function decideAndRecord(
  context: BillingContext,
  account: AccountRow,
  input: StartSubscription,
): Promise<IntentCheckout | Denied> {
  const request = subscriptionRequest(input)
  if (!context.providers[request.provider])
    return denied(
      refused('PROVIDER_UNAVAILABLE', `${request.provider} is not available on this server.`, { field: 'provider' }),
    )
  const catalog = context.catalog.current()
  const offer = decideOffer(catalog, context.config.mode, request)
  if ('code' in offer) return denied(offer)
  const urls = decideReturnUrls(catalog, context.config, { ...request, externalId: account.externalId })
  if ('code' in urls) return denied(urls)

  const attempt: Attempt = { account, scope: scopeOf(context, account, input), request, offer, urls }
  for (let replacements = 0; replacements < MAX_REPLACEMENTS; replacements++) {
    const intent = await recordIntent(context, attempt)
    if (intent.kind !== 'replace') return intent
    await closeCheckout(context, intent.checkout)
  }
  return denied(replacedMeanwhile())
}

/** The page, unless another offer took its place while it was being opened. */
async function answer(
  context: BillingContext,
  account: AccountRow,
  payer: Payer,
  intent: IntentCheckout,
): Promise<StartSubscriptionOutcome> {
  const outcome = await openAtProvider(context, account, payer, intent.checkout)
  if (outcome.kind === 'denied' || intent.repeated || outcome.checkout.status === 'OPEN') return outcome
  return denied(replacedMeanwhile())
}

const scopeOf = (context: BillingContext, account: AccountRow, input: StartSubscription) => ({
  principal: context.caller.principal,
  accountId: account.id,
  mutation: 'startSubscription',
  key: input.idempotencyKey,
})

const replacedMeanwhile = () =>
  refused(
    'SUBSCRIPTION_CONFLICT',
    'Another checkout of this account was started meanwhile and took the place of this one.',
    { remedies: [remedy('CONTINUE_CHECKOUT', 'Try again', { mutation: 'startSubscription' })] },
  )

const unavailable = () =>
  refused('PROVIDER_UNAVAILABLE', 'The payment provider does not answer right now.', {
    remedies: [remedy('WAIT', 'Try again', { at: new Date(Date.now() + 5000) })],
  })

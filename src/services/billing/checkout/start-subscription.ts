import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '../../../entities/billing/checkout.entity.js'
import type { BillingInterval } from '../../../entities/catalog/price.entity.js'
import { refused, remedy, type Denial, type Refused } from '../../kernel/denials/denial.js'
import { claimKey, completeKey, fingerprintOf, type IdempotencyScope } from '../../kernel/idempotency/idempotency.js'
import type { Transaction } from '../../kernel/database/database.js'
import { newId } from '../../kernel/ids/ids.js'
import { lockAccount, recordAccountEvent } from '../../identity/accounts/raise-version.js'
import { requireAccount } from '../../identity/guard/guard.js'
import { scheduleDue } from '../../kernel/due/schedule-due.js'
import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'
import { findCheckout, loadGroupFacts } from './checkout-queries.js'
import { closeCheckout } from './close-checkout.js'
import { decideCheckout, decideOffer, type Offer } from './decide-checkout.js'
import { CHECKOUT_EXPIRE } from './move-checkout.js'
import { openAtProvider } from './open-at-provider.js'
import { decideReturnUrls, type ReturnUrls } from './return-urls.js'

export interface StartSubscription {
  readonly accountId?: string | null
  readonly plan: string
  readonly interval?: BillingInterval | null
  readonly currency?: string | null
  readonly quantity?: number | null
  readonly trialDays?: number | null
  readonly promotionCode?: string | null
  readonly provider?: ProviderName | null
  readonly successUrl?: string | null
  readonly cancelUrl?: string | null
  readonly pluginId?: string | null
  readonly userEmail?: string | null
  readonly userDomain?: string | null
  readonly idempotencyKey: string
}

export interface SubscriptionConflict extends Denial {
  readonly __typename: 'SubscriptionConflict'
  readonly code: 'SUBSCRIPTION_CONFLICT'
  readonly subscription: BillingSubscriptionRow
}

export type StartSubscriptionOutcome =
  | { readonly kind: 'checkout'; readonly checkout: CheckoutRow }
  | { readonly kind: 'denied'; readonly denial: Denial }

const CHECKOUT_HOURS = 23
const MAX_REPLACEMENTS = 3

/** Begins to sell a plan: a checkout to send the buyer to. The intent stands in the database before the provider is asked. */
export async function startSubscription(
  context: BillingContext,
  input: StartSubscription,
): Promise<StartSubscriptionOutcome> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const email = buyersEmail(context, input.userEmail ?? null)
  if (typeof email !== 'string') return denied(email)
  const provider = input.provider ?? 'STRIPE'
  if (!context.providers[provider])
    return denied(
      refused('PROVIDER_UNAVAILABLE', `${provider} is not available on this server.`, { field: 'provider' }),
    )
  const catalog = context.catalog.current()
  const offer = decideOffer(catalog, context.config.mode, {
    plan: input.plan,
    interval: input.interval ?? 'MONTH',
    currency: input.currency ?? null,
    quantity: input.quantity ?? 1,
    trialDays: input.trialDays ?? null,
    promotionCode: input.promotionCode ?? null,
    userDomain: input.userDomain ?? null,
  })
  if ('code' in offer) return denied(offer)
  const urls = decideReturnUrls(catalog, context.config, {
    successUrl: input.successUrl ?? null,
    cancelUrl: input.cancelUrl ?? null,
    externalId: account.externalId,
    pluginId: input.pluginId ?? null,
  })
  if ('code' in urls) return denied(urls)

  for (let replacements = 0; ; replacements++) {
    const intent = await recordIntent(context, account, { input, offer, urls, provider })
    if (intent.kind === 'denied') return intent
    if (intent.kind === 'checkout') return openAtProvider(context, account, email, intent.checkout)
    if (replacements === MAX_REPLACEMENTS)
      return denied(
        refused('PROVIDER_UNAVAILABLE', 'Another checkout is being opened; try again.', { remedies: [waitASecond()] }),
      )
    await closeCheckout(context, intent.checkout)
  }
}

interface Attempt {
  readonly input: StartSubscription
  readonly offer: Offer
  readonly urls: ReturnUrls
  readonly provider: ProviderName
}

type Intent = StartSubscriptionOutcome | { readonly kind: 'replace'; readonly checkout: CheckoutRow }

/** Carries a decision out of a transaction that must not commit: denials keep no key, so that trying again later works. */
class NotCommitted extends Error {
  constructor(readonly intent: Intent) {
    super('rolled back on purpose')
  }
}

/** Under the account's lock: the key, the decision, and the checkout's row in the state `CREATING`. */
async function recordIntent(context: BillingContext, account: AccountRow, attempt: Attempt): Promise<Intent> {
  const scope: IdempotencyScope = {
    principal: context.caller.principal,
    accountId: account.id,
    mutation: 'startSubscription',
    key: attempt.input.idempotencyKey,
  }
  try {
    return await context.database.transaction(async (transaction) => {
      const claim = await claimKey(transaction, scope, fingerprintOf(attempt.input))
      if (claim.kind === 'mismatch') return denied(claim.denial)
      if (claim.kind === 'repeat')
        return { kind: 'checkout', checkout: (await findCheckout(transaction, claim.result.id))! }
      await lockAccount(transaction, account.id)
      const facts = await loadGroupFacts(transaction, account.id, attempt.offer.plan.group)
      const decision = decideCheckout(facts, attempt.offer, context.clock.now())
      if (decision.kind === 'conflict') throw new NotCommitted(denied(subscriptionConflict(decision.subscription)))
      if (decision.kind === 'replace') throw new NotCommitted(decision)
      const checkout =
        decision.kind === 'reuse' ? decision.checkout : await insertCheckout(context, transaction, account, attempt)
      await completeKey(transaction, scope, { __typename: 'Checkout', id: checkout.id })
      return { kind: 'checkout', checkout }
    })
  } catch (error) {
    if (error instanceof NotCommitted) return error.intent
    throw error
  }
}

async function insertCheckout(
  context: BillingContext,
  transaction: Transaction,
  account: AccountRow,
  attempt: Attempt,
): Promise<CheckoutRow> {
  const { offer, urls } = attempt
  const now = context.clock.now()
  const expiresAt = new Date(now.getTime() + CHECKOUT_HOURS * 3_600_000)
  const checkout = await transaction.row<CheckoutRow>(
    `insert into checkout (id, account_id, provider, status, group_code, offer, product_id, plan_version_id, price_id, quantity, amount_minor,
       currency, trial_days, success_url, cancel_url, created_at, expires_at)
     values ($1, $2, $3, 'CREATING', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning *`,
    [
      newId('chk'),
      account.id,
      attempt.provider,
      offer.plan.group,
      offer.fingerprint,
      offer.plan.productId,
      offer.plan.versionId,
      offer.price.id,
      offer.quantity,
      offer.amountMinor,
      offer.price.money.currency,
      offer.trialDays,
      urls.successUrl,
      urls.cancelUrl,
      now,
      expiresAt,
    ],
  )
  await scheduleDue(transaction, { kind: CHECKOUT_EXPIRE, key: checkout!.id, accountId: account.id, dueAt: expiresAt })
  await recordAccountEvent(transaction, account.id, now, {
    type: 'checkout.started',
    summary: `A checkout for ${offer.plan.name} was started.`,
    subject: { __typename: 'Checkout', id: checkout!.id },
    data: { plan: offer.plan.code, amountMinor: offer.amountMinor, currency: offer.price.money.currency },
  })
  return checkout!
}

/** The buyer's address is the caller's own; one in the input must be the same. Checked before any provider call. */
function buyersEmail(context: BillingContext, given: string | null): string | Refused {
  const own = context.caller.kind === 'user' ? context.caller.email : ''
  if (given !== null && given.toLowerCase() !== own.toLowerCase())
    return refused('INVALID_EMAIL', "userEmail must be the caller's own address.", { field: 'userEmail' })
  if (!/^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$/.test(own))
    return refused('INVALID_EMAIL', 'The email address in the token is not valid.', { field: 'userEmail' })
  return own
}

function subscriptionConflict(subscription: BillingSubscriptionRow): SubscriptionConflict {
  return {
    __typename: 'SubscriptionConflict',
    code: 'SUBSCRIPTION_CONFLICT',
    message: 'The account already subscribes to a plan of this group: change the plan instead.',
    remedies: [
      remedy('CHANGE_PLAN', 'Change the plan', {
        mutation: 'changePlan',
        target: { __typename: 'BillingSubscription', id: subscription.id },
      }),
    ],
    subscription,
  }
}

const denied = (denial: Denial): StartSubscriptionOutcome & { kind: 'denied' } => ({ kind: 'denied', denial })
const waitASecond = () => remedy('WAIT', 'Try again in a moment', { at: new Date(Date.now() + 1000) })

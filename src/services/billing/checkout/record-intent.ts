import type { AccountRow } from '#entities/identity/account.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { LIVE_CHECKOUT_STATUSES } from '#entities/billing/checkout-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, retry, type Denial } from '#services/kernel/denials/denial.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { IdempotencyScope } from '#services/kernel/idempotency/idempotency.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { grantedTokenPurpose } from '../model/billing-sealed.js'
import { trialKeysOf } from '../model/trial-keys.js'
import { offerTrial } from '../model/trial-records.js'
import type { Promotion } from '../model/find-promotion.js'
import { invoiceTermsOf } from '../model/invoice-terms.js'
import type { Offer } from '../model/offer.js'
import type { ProviderName } from '../providers/provider-name.js'
import { findCheckout, openCheckoutOfGroup } from '../model/checkout-queries.js'
import { CHECKOUT_EXPIRE } from './transition-checkout.js'
import { decideCheckout } from './decide-checkout.js'
import type { ReturnUrls } from './return-urls.js'
import type { CheckoutDefinition } from './start-checkout.js'

/** Everything that was decided before the account was locked. */
export interface Attempt {
  readonly account: AccountRow
  readonly scope: IdempotencyScope
  readonly sale: CheckoutDefinition
  readonly provider: ProviderName
  readonly offer: Offer
  readonly urls: ReturnUrls
  readonly promotion: Promotion | null
  /** Machine time of the call. */
  readonly requestedAt: Date
}

export interface IntentCheckout {
  readonly kind: 'checkout'
  readonly checkout: CheckoutRow
  /** True if an earlier call created it: its result is returned again, regardless of its current status. */
  readonly repeated: boolean
}

/** Another offer's page is open and must be closed first. */
export interface ReplaceCheckout {
  readonly kind: 'replace'
  readonly checkout: CheckoutRow
}

/** The provider closes its page after 24 hours; ours ends a little earlier. */
const CHECKOUT_HOURS = 23

/** Under the account's lock: the key, the decision, and the checkout's row in the status `CREATING`. */
export function recordIntent(
  context: BillingContext,
  attempt: Attempt,
): Promise<IntentCheckout | ReplaceCheckout | Denied> {
  return runIdempotent<IntentCheckout, ReplaceCheckout | Denied>(context.database, {
    scope: attempt.scope,
    request: attempt.sale.request,
    replay: async (transaction, { id }) => ({
      kind: 'checkout',
      checkout: (await findCheckout(transaction, id))!,
      repeated: true,
    }),
    execute: async (transaction) => {
      await lockAccount(transaction, attempt.account.id)
      const inTheWay = await attempt.sale.findConflict(transaction, attempt.account, attempt.offer, attempt.provider)
      if (inTheWay) return denied(inTheWay)
      const open = await openCheckoutOfGroup(transaction, attempt.account.id, attempt.offer.group)
      const startsAt =
        (await attempt.sale.startsAt?.(transaction, attempt.account, attempt.offer, attempt.provider)) ?? null
      const decision = decideCheckout(open, offerFingerprint(attempt, startsAt), {
        now: context.clock.now(),
        requestedAt: attempt.requestedAt,
      })
      if (decision.kind === 'processing') return denied(processing(decision.checkout))
      if (decision.kind === 'superseded') return denied(supersededByAnother(attempt.sale))
      if (decision.kind === 'replace') return decision
      const checkout =
        decision.kind === 'reuse'
          ? await requestAgain(transaction, decision.checkout, attempt)
          : await insertCheckout(context, transaction, attempt, startsAt)
      // Another call is closing this page.
      if (!checkout) return { kind: 'replace', checkout: open! }
      return {
        value: { kind: 'checkout', checkout, repeated: false },
        reference: { __typename: 'Checkout', id: checkout.id },
      }
    },
  })
}

/** Value of `offer` while a call closes the checkout. No offer has it, so that no other call reuses the page. */
const REPLACED = 'replaced'

/** Marks a checkout before it is closed. False if a later call has requested it in the meantime, or if it is not open any more. */
export async function markReplaced(
  sql: Sql,
  { id, accountId }: CheckoutRow,
  { requestedAt }: Attempt,
): Promise<boolean> {
  const { numUpdatedRows } = await sql.query
    .updateTable('checkout')
    .set({ offer: REPLACED })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('status', 'in', LIVE_CHECKOUT_STATUSES)
    .where('requestedAt', '<=', requestedAt)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** A further call requests the page, so that earlier calls do not close it. Undefined if one is closing it already. */
const requestAgain = (
  transaction: Transaction,
  { id, accountId, offer }: CheckoutRow,
  { requestedAt }: Attempt,
): Promise<CheckoutRow | undefined> =>
  transaction.query
    .updateTable('checkout')
    .set((eb) => ({
      requestedAt: eb.fn<Date>('greatest', ['requestedAt', eb.cast<Date>(eb.val(requestedAt), 'timestamptz')]),
    }))
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('offer', '=', offer)
    .returningAll()
    .executeTakeFirst()

export const supersededByAnother = ({ mutation }: Pick<CheckoutDefinition, 'mutation'>): Denial =>
  refused('CHECKOUT_CONFLICT', 'Another checkout of this account replaced this one.', {
    remedies: [remedy('CONTINUE_CHECKOUT', 'Try again', { mutation, retry: retry() })],
  })

/** A token that a program pays with, and the challenge that it is for. */
interface Granted {
  readonly challengeId: string
  readonly token: string
}

/** Writes the row of a checkout in the status `CREATING`. The caller holds the account's lock. */
export async function insertCheckout(
  context: BillingContext,
  transaction: Transaction,
  attempt: Omit<Attempt, 'sale' | 'scope'>,
  startsAt: Date | null,
  granted: Granted | null = null,
): Promise<CheckoutRow> {
  const { account, offer, urls, promotion, provider } = attempt
  const now = context.clock.now()
  const invoiceTerms = invoiceTermsOf(context, account, offer, provider)
  // A first invoice can be paid until the end of its grace period.
  const hours = invoiceTerms
    ? (invoiceTerms.daysUntilDue + context.catalog.current().dunning.graceDays) * 24
    : CHECKOUT_HOURS
  const expiresAt = new Date(now.getTime() + hours * 3_600_000)
  const id = transaction.newId('chk')
  const checkout = await transaction.query
    .insertInto('checkout')
    .values({
      id,
      accountId: account.id,
      provider,
      status: 'CREATING',
      // No page is open that another one would exclude.
      groupCode: granted ? null : offer.group,
      challengeId: granted?.challengeId ?? null,
      grantedToken: granted && context.secrets.seal(granted.token, grantedTokenPurpose(id)),
      offer: offerFingerprint(attempt, startsAt),
      productId: offer.productId,
      planVersionId: offer.planVersionId,
      packageVersionId: offer.packageVersionId,
      priceId: offer.price.id,
      quantity: offer.quantity,
      amountMinor: offer.amountMinor,
      currency: offer.price.money.currency,
      // A subscription that replaces another one starts at its end, without a trial.
      trialDays: startsAt ? 0 : offer.trialDays,
      promotionCode: promotion?.code ?? null,
      promotionId: promotion?.externalId ?? null,
      successUrl: urls.successUrl,
      cancelUrl: urls.cancelUrl,
      createdAt: now,
      expiresAt,
      requestedAt: attempt.requestedAt,
      requestId: context.requestId,
      startsAt,
      invoiceTerms: invoiceTerms && jsonb(invoiceTerms),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const plan = context.catalog.current().planByVersionId.get(offer.planVersionId ?? '')
  if (plan && checkout.trialDays > 0)
    await offerTrial(transaction, { accountId: account.id, planId: plan.id }, trialKeysOf(context.caller))
  await scheduleJob(transaction, { kind: CHECKOUT_EXPIRE, key: checkout.id, accountId: account.id, runAt: expiresAt })
  await recordAccountEvent(transaction, account.id, now, {
    type: 'checkout.started',
    outbox: true,
    summary: `A checkout for ${offer.name} was started.`,
    subject: { __typename: 'Checkout', id: checkout.id },
    data: {
      [offer.planVersionId ? 'plan' : 'product']: offer.code,
      amountMinor: offer.amountMinor,
      currency: offer.price.money.currency,
      by: context.caller.principal,
    },
  })
  return checkout
}

/** Two attempts with the same text are for the same page. */
function offerFingerprint(
  { provider, offer, urls, promotion }: Omit<Attempt, 'sale' | 'scope'>,
  startsAt: Date | null,
): string {
  const parts = [
    provider,
    offer.price.id,
    offer.quantity,
    offer.trialDays,
    ...(startsAt ? [startsAt.toISOString()] : []),
  ]
  return [...parts, urls.successUrl, urls.cancelUrl, promotion?.code ?? ''].join('|')
}

/** Denial while a payment of the same group is processing. Null otherwise. */
export async function paymentUnderWay(sql: Sql, { id }: AccountRow, { group }: Offer): Promise<Denial | null> {
  const open = await openCheckoutOfGroup(sql, id, group)
  return open?.status === 'PROCESSING' ? processing(open) : null
}

function processing(checkout: CheckoutRow): Denial {
  const target = { __typename: 'Checkout', id: checkout.id }
  if (checkout.invoiceTerms)
    return refused('CHECKOUT_CONFLICT', 'The first invoice of this product is not paid yet.', {
      remedies: [remedy('PAY_INVOICE', 'Pay the invoice', { target, ...(checkout.url ? { url: checkout.url } : {}) })],
    })
  return refused('CHECKOUT_CONFLICT', 'A payment for this product is already processing. No action is needed.', {
    remedies: [remedy('WAIT', 'Wait for the payment', { target })],
  })
}

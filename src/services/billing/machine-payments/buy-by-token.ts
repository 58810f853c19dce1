import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { createProviderCheckout } from '../checkout/create-provider-checkout.js'
import { syncPage } from '../checkout/sync-checkout.js'
import { insertCheckout } from '../checkout/record-intent.js'
import type { BillingContext } from '../model/billing-context.js'
import { consumeCheckoutRate } from '../model/checkout-rate.js'
import { findCheckout } from '../model/checkout-queries.js'
import type { Offer } from '../model/offer.js'
import { purchaseDenial } from '../sales/payment-state.js'

const ENDED = ['FAILED', 'EXPIRED', 'CANCELLED'] as const
const DAY_MS = 86_400_000

/** A sale by a token: each challenge is sold once. */
export interface TokenSale {
  readonly account: AccountRow
  readonly offer: Offer
  readonly challengeId: string
  /** The purchase after which the challenge was made, `''` without one. */
  readonly after: string
  readonly token: string
}

/** Why a token is not charged now: another purchase was made since its challenge, or is under way. */
export type NotNow = 'SOLD_SINCE' | 'UNDER_WAY'

/** The checkout of a challenge. Null before the first token, and after one that was declined. */
export const checkoutOfChallenge = (
  sql: Sql,
  accountId: string,
  challengeId: string,
): Promise<CheckoutRow | undefined> =>
  sql.query
    .selectFrom('checkout')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('challengeId', '=', challengeId)
    .where('status', 'not in', ENDED)
    .executeTakeFirst()

/** Purchases of an account by programs in the last day that succeeded or still can. */
export async function salesOfDay({ clock, settings }: BillingContext, { query }: Sql, accountId: string) {
  const rows = await query
    .selectFrom('checkout')
    .select(['id', 'status'])
    .where('accountId', '=', accountId)
    .where('challengeId', 'is not', null)
    .where('status', 'not in', ENDED)
    .where('createdAt', '>', new Date(clock.now().getTime() - DAY_MS))
    .orderBy('id', 'desc')
    .execute()
  const isMade = ({ status }: Pick<CheckoutRow, 'status'>): boolean => status === 'COMPLETED'
  return {
    isFull: rows.length >= settings.MACHINE_PAYMENTS_PER_DAY,
    /** The newest one that was granted, `''` without one. */
    last: rows.find(isMade)?.id ?? '',
    /** Money of one can be on its way, or waits for an operator: nothing else is sold until its outcome is known. */
    isUnderWay: !rows.every(isMade),
  }
}

/**
 * Charges a token and grants what it pays for. The row is stored before the provider is called; a repeated call, and another token for the same
 * challenge, find it and charge nothing. Throws if the answer of the provider is unknown: the same call returns it later.
 */
export async function buyByToken(context: BillingContext, sale: TokenSale): Promise<CheckoutRow | Denial | NotNow> {
  const known = await checkoutOfChallenge(context.database, sale.account.id, sale.challengeId)
  const claimed = known ?? (await consumeCheckoutRate(context, sale.account.id)) ?? (await claim(context, sale))
  if (typeof claimed === 'string' || 'code' in claimed) return claimed
  const { id } = claimed
  const outcome = await createProviderCheckout(context, sale.account, { email: '', name: null }, claimed)
  if (outcome.kind === 'denied') return outcome.denial
  const { status, sessionId } = outcome.checkout
  // Another process charged it, and has not read the payment yet.
  if (status === 'OPEN' && sessionId) await syncPage(context, claimed, sessionId)
  return (await findCheckout(context.database, id))!
}

function claim(
  context: BillingContext,
  { account, offer, challengeId, after, token }: TokenSale,
): Promise<CheckoutRow | Denial | NotNow> {
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, account.id)
    const known = await checkoutOfChallenge(transaction, account.id, challengeId)
    if (known) return known
    const { isFull, last, isUnderWay } = await salesOfDay(context, transaction, account.id)
    if (isUnderWay) return 'UNDER_WAY'
    // Equal needs can have two challenges, which end at different times: what one of them bought lifts the need of the other.
    if (last !== after) return 'SOLD_SINCE'
    const denial = await purchaseDenial(context, transaction, account.id)
    if (denial) return denial
    if (isFull) return refused('NOT_FOR_SALE', 'The account has reached its number of purchases by programs in a day.')
    const urls = { successUrl: '', cancelUrl: '' }
    const attempt = {
      account,
      provider: 'STRIPE',
      offer,
      urls,
      promotion: null,
      requestedAt: context.receivedAt,
    } as const
    return insertCheckout(context, transaction, attempt, null, { challengeId, token })
  })
}

import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { createProviderCheckout } from '../checkout/create-provider-checkout.js'
import { syncPage } from '../checkout/sync-checkout.js'
import { insertCheckout } from '../checkout/record-intent.js'
import type { BillingContext } from '../model/billing-context.js'
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
  readonly token: string
}

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
export async function purchasesOfDay({ database, clock }: BillingContext, accountId: string) {
  const rows = await database.query
    .selectFrom('checkout')
    .select('id')
    .where('accountId', '=', accountId)
    .where('challengeId', 'is not', null)
    .where('status', 'not in', ENDED)
    .where('createdAt', '>', new Date(clock.now().getTime() - DAY_MS))
    .orderBy('id', 'desc')
    .execute()
  return { count: rows.length, last: rows[0]?.id ?? '' }
}

/**
 * Charges a token and grants what it pays for. The row is stored before the provider is called; a repeated call, and another token for the same
 * challenge, find it and charge nothing. Throws if the answer of the provider is unknown: the same call returns it later.
 */
export async function buyByToken(context: BillingContext, sale: TokenSale): Promise<CheckoutRow | Denial> {
  const claimed = await claim(context, sale)
  if ('code' in claimed) return claimed
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
  { account, offer, challengeId, token }: TokenSale,
): Promise<CheckoutRow | Denial> {
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, account.id)
    const known = await checkoutOfChallenge(transaction, account.id, challengeId)
    if (known) return known
    const denial = await purchaseDenial(context, transaction, account.id)
    if (denial) return denial
    if ((await purchasesOfDay(context, account.id)).count >= context.settings.MACHINE_PAYMENTS_PER_DAY)
      return refused('NOT_FOR_SALE', 'The account has reached its number of purchases by programs in a day.')
    const urls = { successUrl: '', cancelUrl: '' }
    const attempt = {
      account,
      provider: 'STRIPE',
      offer,
      urls,
      promotion: null,
      requestedAt: context.receivedAt,
    } as const
    return insertCheckout(context, transaction, attempt, null, { challengeId, grantedToken: token })
  })
}

import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { canTransitionCheckout, type CheckoutStatus } from '#entities/billing/checkout-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { cancelJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'

/** Kind of the scheduled job that expires a checkout; its key is the checkout's ID. */
export const CHECKOUT_EXPIRE = 'checkout.expire'

export interface CheckoutUpdate {
  readonly sessionId?: string
  readonly statusReason?: string
  /** The only status from which it may change: the one that the caller has read. */
  readonly from?: CheckoutStatus
}

const SUMMARIES: Partial<Record<CheckoutStatus, string>> = {
  PROCESSING: 'The payment is processing.',
  COMPLETED: 'The checkout was completed.',
  EXPIRED: 'The checkout has expired.',
  FAILED: 'The checkout failed.',
  CANCELLED: 'The checkout was canceled.',
  QUARANTINED: 'The payment does not match the checkout. An operator has to review it.',
}

/** Summaries of a plan that is paid by invoice. */
const BY_INVOICE: Partial<Record<CheckoutStatus, string>> = {
  PROCESSING: 'The plan waits for the payment of its first invoice.',
  COMPLETED: 'The plan was sold by invoice.',
}

const summaryOf = ({ invoiceTerms }: CheckoutRow, to: CheckoutStatus): string =>
  (invoiceTerms && BY_INVOICE[to]) ?? SUMMARIES[to] ?? `The checkout is ${to.toLowerCase()}.`

/**
 * Changes the status of a checkout and publishes it. The same status, or a transition that is not allowed, changes
 * nothing.
 */
export async function transitionCheckout(
  context: BillingContext,
  id: string,
  to: CheckoutStatus,
  update: CheckoutUpdate = {},
): Promise<boolean> {
  return context.database.transaction(async (transaction) => {
    const byId = transaction.query.selectFrom('checkout').where('id', '=', id)
    const found = await byId.select('accountId').executeTakeFirst()
    if (!found) return false
    await lockAccount(transaction, found.accountId)
    const checkout = await byId.where('accountId', '=', found.accountId).selectAll().forUpdate().executeTakeFirst()
    if (!checkout || !canTransitionCheckout(checkout.status, to) || (update.from && checkout.status !== update.from))
      return false
    if (!isDecided(checkout, to)) return false
    await write(context, transaction, checkout, to, update)
    return true
  })
}

/** Only an operator's decision ends a quarantine, and a late event does not begin it again. */
const isDecided = ({ status, resolution }: CheckoutRow, to: CheckoutStatus): boolean =>
  status === 'QUARANTINED' ? resolution !== null : to !== 'QUARANTINED' || resolution === null

async function write(
  context: BillingContext,
  transaction: Transaction,
  checkout: CheckoutRow,
  to: CheckoutStatus,
  update: CheckoutUpdate,
) {
  const now = context.clock.now()
  await transaction.query
    .updateTable('checkout')
    .set({
      status: to,
      statusReason: update.statusReason ?? null,
      sessionId: checkout.sessionId ?? update.sessionId ?? null,
      grantedToken: null,
      completedAt: to === 'COMPLETED' ? now : null,
    })
    .where('id', '=', checkout.id)
    .where('accountId', '=', checkout.accountId)
    .execute()
  if (to !== 'PROCESSING') await cancelJob(transaction, CHECKOUT_EXPIRE, checkout.id)
  const type = `checkout.${to.toLowerCase() as Lowercase<Exclude<CheckoutStatus, 'CREATING' | 'OPEN'>>}` as const
  const data = { checkoutId: checkout.id, statusReason: update.statusReason ?? null }
  await recordAccountEvent(transaction, checkout.accountId, now, {
    type,
    summary: summaryOf(checkout, to),
    subject: { __typename: 'Checkout', id: checkout.id },
    data,
  })
  if (type === 'checkout.quarantined')
    await recordOperatorEvent(transaction, {
      type,
      summary: SUMMARIES.QUARANTINED!,
      accountId: checkout.accountId,
      subject: { __typename: 'Checkout', id: checkout.id },
      data,
    })
  await writeOutbox(transaction, {
    type,
    accountId: checkout.accountId,
    payload: data,
    at: now,
    requestId: context.requestId,
  })
}

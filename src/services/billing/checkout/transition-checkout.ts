import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { canTransitionCheckout, type CheckoutStatus } from '#entities/billing/checkout-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../billing-context.js'

/** The due kind of a checkout's end; its key is the checkout's id. */
export const CHECKOUT_EXPIRE = 'checkout.expire'

export interface CheckoutUpdate {
  readonly sessionId?: string
  readonly statusReason?: string
  /** Move only from this status: what it was when it was last looked at. */
  readonly from?: CheckoutStatus
}

const SUMMARIES: Partial<Record<CheckoutStatus, string>> = {
  PROCESSING: 'The payment is processing.',
  COMPLETED: 'The checkout was paid.',
  EXPIRED: 'The checkout has expired.',
  FAILED: 'The checkout failed.',
  CANCELLED: 'The checkout was canceled.',
  QUARANTINED: 'The payment does not match the checkout. An operator has to review it.',
}

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
    const found = await transaction.row<{ accountId: string }>(`select account_id from checkout where id = $1`, [id])
    if (!found) return false
    await lockAccount(transaction, found.accountId)
    const checkout = await transaction.row<CheckoutRow>(`select * from checkout where id = $1 for update`, [id])
    if (!checkout || !canTransitionCheckout(checkout.status, to) || (update.from && checkout.status !== update.from))
      return false
    await write(context, transaction, checkout, to, update)
    return true
  })
}

async function write(
  context: BillingContext,
  transaction: Transaction,
  checkout: CheckoutRow,
  to: CheckoutStatus,
  update: CheckoutUpdate,
) {
  const now = context.clock.now()
  await transaction.run(
    `update checkout set status = $2, status_reason = $3, session_id = coalesce(session_id, $4), completed_at = case when $2 = 'COMPLETED' then $5::timestamptz end where id = $1`,
    [checkout.id, to, update.statusReason ?? null, update.sessionId ?? null, now],
  )
  if (to !== 'PROCESSING') await cancelJob(transaction, CHECKOUT_EXPIRE, checkout.id)
  const type = `checkout.${to.toLowerCase()}`
  await recordAccountEvent(transaction, checkout.accountId, now, {
    type,
    summary: SUMMARIES[to] ?? `The checkout is ${to.toLowerCase()}.`,
    subject: { __typename: 'Checkout', id: checkout.id },
    data: { sessionId: checkout.sessionId ?? update.sessionId ?? null, statusReason: update.statusReason ?? null },
  })
  await writeOutbox(transaction, {
    type,
    accountId: checkout.accountId,
    payload: { checkoutId: checkout.id },
    at: now,
    requestId: context.requestId,
  })
}

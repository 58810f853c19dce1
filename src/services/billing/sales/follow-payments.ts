import { momentText } from '#services/kernel/text/readable.js'
import type { OverageEndReason } from '#entities/identity/account.entity.js'
import type { HoldReason } from '#services/entitlements/sale/sale-hold.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { unitsHoldOf } from './payment-state.js'

const CAUSES: Record<HoldReason, string> = {
  OVERAGE_UNPAID: 'unless its invoice is paid',
  PERIOD_UNPAID: 'until the invoice of the running period is paid',
  PERIOD_VOIDED: 'until another invoice than the voided one of the running period is paid',
  CHARGED_BACK: 'until the amount that the bank charged back is paid',
  NO_PAYMENT_METHOD: 'until a payment method is added',
  DISPUTED: 'until the bank decides about a disputed payment',
  DELETION_SCHEDULED: 'until the deletion of the account is canceled',
}

/**
 * Stores the reason and the time from which an account has no units beyond an allowance, after a change of its invoices, payments, disputes
 * or subscriptions. The caller holds the account's lock. Repeated calls have no effect.
 */
export async function followPayments(
  context: BillingContext,
  transaction: Transaction,
  accountId: string,
): Promise<void> {
  const catalog = context.catalog.current()
  if (!catalog.hasOverage) return
  const now = context.clock.now()
  const hold = await unitsHoldOf(transaction, { catalog, accountId, now })
  const reason = hold && (hold.reason as OverageEndReason)
  const endsAt = hold?.from ?? null
  const { numUpdatedRows: changed } = await transaction.query
    .updateTable('account')
    .set({ overageEndReason: reason, overageEndsAt: endsAt })
    .where('id', '=', accountId)
    .where((eb) =>
      eb.or([
        eb('overageEndReason', 'is distinct from', reason),
        // The time of a reason that is in force is the first that was recorded.
        reason === 'OVERAGE_UNPAID' ? eb('overageEndsAt', 'is distinct from', endsAt) : eb.lit(false),
      ]),
    )
    .executeTakeFirstOrThrow()
  if (changed === 0n) return
  await recordAccountEvent(transaction, accountId, now, {
    type: endsAt ? 'overage.ending' : 'overage.resumed',
    summary: hold
      ? `Use beyond the allowance is denied from ${momentText(hold.from)} on, ${CAUSES[hold.reason]}.`
      : 'Use beyond the allowance is possible again.',
    changesEntitlements: true,
    data: { endsAt, reason },
  })
}

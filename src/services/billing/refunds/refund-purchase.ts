import type { RefundPurchaseArgs } from '#schema/billing/purchase.input.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, remedy } from '#services/kernel/denials/denial.js'
import { cancelJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import { findPurchase } from '../model/purchase-queries.js'
import { refundsOfPurchases } from '../model/billing-links.js'
import { decideRefund } from '../model/decide-refund.js'
import { executeRefund } from './execute-refund.js'
import { REFUND_EXECUTE, writeRefundIntent } from '../model/write-refund-intent.js'

export type RefundOutcome = { readonly kind: 'purchase'; readonly purchase: PurchaseRow } | Denied

/**
 * Refunds a purchase by an operator, once per idempotency key. The intent is stored before the provider is called, and
 * is executed in any case.
 */
export async function refundPurchase(context: BillingContext, input: RefundPurchaseArgs): Promise<RefundOutcome> {
  const reason = input.reason.trim()
  if (!reason || reason.length > 500)
    return denied(refused('INVALID_PARAMETERS', 'reason must be 1 to 500 characters long.', { field: 'reason' }))
  const found = await findPurchase(context.database, input.purchaseId)
  if (!found) throw new AppError('NOT_FOUND', 'Purchase not found.')
  if (input.amount && input.amount.currency !== found.currency)
    return denied(
      refused('INVALID_AMOUNT', `The purchase was paid in ${found.currency}. Refund it in this currency.`, {
        field: 'amount.currency',
      }),
    )
  const intent = await recordRefund(context, found, { ...input, reason })
  if (intent.kind === 'denied') return intent
  try {
    await executeRefund(context, intent.refundId)
    await cancelJob(context.database, REFUND_EXECUTE, intent.refundId)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    return denied(onItsWay(context))
  }
  return answerOf(context, intent.refundId, found)
}

interface Intended {
  readonly kind: 'intended'
  readonly refundId: string
}

function recordRefund(
  context: BillingContext,
  found: PurchaseRow,
  input: RefundPurchaseArgs,
): Promise<Intended | Denied> {
  const { purchaseId, amount: requested = null, reason } = input
  const amountMinor = requested?.amountMinor ?? null
  return runIdempotent<Intended>(context.database, {
    scope: idempotencyScope(context.caller, found.accountId, 'refundPurchase', input.idempotencyKey),
    request: { purchaseId, amountMinor, reason },
    replay: (_transaction, { id }) => Promise.resolve({ kind: 'intended', refundId: id }),
    execute: async (transaction) => {
      await lockAccount(transaction, found.accountId)
      const state = await loadRefundInput(transaction, found.id)
      const amount = decideRefund(state.purchase, state.refunds, amountMinor)
      if (typeof amount !== 'number') return denied(amount)
      const at = context.clock.now()
      const { principal } = context.caller
      const refundId = await writeRefundIntent(transaction, {
        purchase: found,
        amountMinor: amount,
        reason,
        requestedBy: principal,
        at,
        delaySeconds: 30,
      })
      return { value: { kind: 'intended', refundId }, reference: { __typename: 'Refund', id: refundId } }
    },
  })
}

async function loadRefundInput(
  transaction: Transaction,
  purchaseId: string,
): Promise<{ purchase: PurchaseRow; refunds: RefundRow[] }> {
  const purchase = await findPurchase(transaction, purchaseId)
  return { purchase: purchase!, refunds: await refundsOfPurchases(transaction, [purchaseId]) }
}

async function answerOf(
  context: BillingContext,
  refundId: string,
  { id: purchaseId, accountId }: PurchaseRow,
): Promise<RefundOutcome> {
  const { status } = await context.database.query
    .selectFrom('refund')
    .select('status')
    .where('id', '=', refundId)
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  if (status === 'FAILED' || status === 'CANCELED')
    return denied(refused('PAYMENT_FAILED', 'The payment provider rejected the refund.'))
  return { kind: 'purchase', purchase: (await findPurchase(context.database, purchaseId))! }
}

const onItsWay = ({ timers }: BillingContext) =>
  refused('PROVIDER_UNAVAILABLE', 'The payment provider is not responding. The refund is retried automatically.', {
    remedies: [remedy('WAIT', 'Retry with the same key', { at: new Date(timers.now() + 5000) })],
  })

import type { RefundCheckoutArgs, ReleaseCheckoutArgs } from '#schema/billing/checkout-review.type.js'
import type { CheckoutResolution, CheckoutRow } from '#entities/billing/checkout.entity.js'
import { findCheckout } from '#services/billing/model/checkout-queries.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

const NAMES = { RELEASED: 'releaseCheckout', REFUNDED: 'refundCheckout' } as const

/**
 * Records an operator's decision about a quarantined checkout, before the provider is called. The other decision is refused from then
 * on; a repeated call continues an interrupted one.
 */
export async function decideCheckoutByOperator(
  context: BillingContext,
  input: RefundCheckoutArgs | ReleaseCheckoutArgs,
  resolution: CheckoutResolution,
): Promise<CheckoutRow | Denied> {
  const reason = input.reason.trim()
  const denial = validateReason(reason)
  if (denial) return denied(denial)
  const found = await findCheckout(context.database, input.checkoutId)
  if (!found) throw new AppError('NOT_FOUND', 'Checkout not found.', { details: { field: 'checkoutId' } })
  return runIdempotent<CheckoutRow>(context.database, {
    scope: idempotencyScope(context.caller, found.accountId, NAMES[resolution], input.idempotencyKey),
    request: { checkoutId: found.id, reason },
    execute: async (transaction) => {
      await lockAccount(transaction, found.accountId)
      const checkout = (await findCheckout(transaction, found.id))!
      if (checkout.status !== 'QUARANTINED' || (checkout.resolution ?? resolution) !== resolution)
        return denied(refused('INVALID_TRANSITION', `This checkout is ${checkout.resolution ?? checkout.status}.`))
      await transaction.query
        .updateTable('checkout')
        .set({ resolution })
        .where('id', '=', found.id)
        .where('accountId', '=', found.accountId)
        .execute()
      await recordChange(transaction, {
        accountId: found.accountId,
        actor: context.caller.principal,
        action: `checkout.${resolution.toLowerCase()}`,
        object: found.id,
        details: { reason, statusReason: checkout.statusReason, requestId: context.requestId },
      })
      return { value: { ...checkout, resolution }, reference: { __typename: 'Checkout', id: found.id } }
    },
    replay: async (transaction, { id }) => (await findCheckout(transaction, id))!,
  })
}

/** The checkout after the decision was carried out. */
export const currentCheckout = async (context: BillingContext, { id }: CheckoutRow): Promise<CheckoutRow> =>
  (await findCheckout(context.database, id))!

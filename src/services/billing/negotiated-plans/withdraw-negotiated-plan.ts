import type { WithdrawNegotiatedPlanArgs } from '#schema/billing/negotiated-plan.type.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import { LIVE_CHECKOUT_STATUSES } from '#entities/billing/checkout-state.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { closeCheckout } from '../checkout/sync-checkout.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import { providerUnavailable } from '../model/change-denials.js'
import { findNegotiatedPlan, statusOf, termsOf } from '../model/negotiated-plans.js'
import type { NegotiatedPlanChanged, NegotiatedPlanOutcome } from './offer-negotiated-plan.js'

/**
 * Withdraws an offer that was not accepted. No acceptance begins afterwards, and open pages for it are closed at the provider. A payment
 * that was first there counts: then the plan is active.
 */
export async function withdrawNegotiatedPlan(
  context: BillingContext,
  input: WithdrawNegotiatedPlanArgs,
): Promise<NegotiatedPlanOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const { negotiatedPlanId: id } = input
  const reason = input.reason.trim()
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  const read = async (sql: Sql): Promise<NegotiatedPlanChanged> => ({
    kind: 'negotiated',
    row: (await findNegotiatedPlan(sql, account.id, id))!,
  })
  const outcome = await runIdempotent<NegotiatedPlanChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'withdrawNegotiatedPlan', input.idempotencyKey),
    request: { id, reason },
    replay: read,
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const row = await findNegotiatedPlan(transaction, account.id, id)
      const now = context.clock.now()
      const denial = await decideWithdrawal(context, transaction, row, now)
      if (denial || !row) return denied(denial!)
      await transaction.query
        .updateTable('negotiated_plan')
        .set({ withdrawnAt: now })
        .where('id', '=', id)
        .where('accountId', '=', account.id)
        .execute()
      const plan = termsOf(context.catalog.current(), row)?.plan
      const by = context.caller.principal
      await recordAccountEvent(transaction, account.id, now, {
        type: 'negotiated_plan.withdrawn',
        outbox: true,
        summary: `An operator withdrew the offer of ${plan?.name ?? 'a plan'}: ${reason}`,
        data: { id, plan: plan?.code ?? '', reason, by },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: by,
        action: 'negotiated_plan.withdrawn',
        object: id,
        details: { reason },
      })
      return { value: await read(transaction), reference: { __typename: 'NegotiatedPlan', id } }
    },
  })
  if (outcome.kind === 'denied') return outcome
  try {
    await closePages(context, outcome.row)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    return denied(providerUnavailable(context))
  }
  return read(context.database)
}

async function decideWithdrawal(
  context: BillingContext,
  transaction: Transaction,
  row: NegotiatedPlanRow | null,
  now: Date,
): Promise<Refused | null> {
  const field = 'negotiatedPlanId'
  if (!row) return refused('NOT_FOR_SALE', 'The account has no such offer.', { field })
  const status = statusOf(row, now)
  const accepted = status === 'ACTIVE' || (await isBeingAccepted(transaction, row))
  if (accepted)
    return refused(
      'INVALID_TRANSITION',
      'The account has accepted the offer. Change or cancel the subscription instead.',
      {
        field,
        remedies: [
          remedy('CHANGE_PLAN', 'Cancel the subscription', {
            mutation: 'cancelSubscription',
            buyer: { accountId: row.accountId },
          }),
        ],
      },
    )
  if (status === 'WITHDRAWN' || status === 'ENDED')
    return refused('INVALID_TRANSITION', `The offer is ${status.toLowerCase()} already.`, { field })
  return null
}

/** True if a change to the price is requested or scheduled. */
async function isBeingAccepted(transaction: Transaction, { accountId, priceId }: NegotiatedPlanRow): Promise<boolean> {
  const change = await transaction.query
    .selectFrom('subscription_change')
    .select('id')
    .where('accountId', '=', accountId)
    .where('toPriceId', '=', priceId)
    .where('status', 'in', ['REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED'])
    .executeTakeFirst()
  return change !== undefined
}

async function closePages(context: BillingContext, { accountId, priceId }: NegotiatedPlanRow): Promise<void> {
  const open = await context.database.query
    .selectFrom('checkout')
    .select(['id', 'provider'])
    .where('accountId', '=', accountId)
    .where('priceId', '=', priceId)
    .where('status', 'in', LIVE_CHECKOUT_STATUSES)
    .execute()
  for (const checkout of open) await closeCheckout(context, checkout)
}

import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { deniedFor, type Refused } from '#services/kernel/denials/denial.js'
import { fingerprintOf, findCompletedKey } from '#services/kernel/idempotency/idempotency.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { loadUnusedTime } from '#services/billing/model/load-unused-time.js'
import { recordPaymentsFirst } from '#services/billing/unused-time/record-payments-first.js'
import { consumeChangeRate } from '#services/billing/model/checkout-rate.js'
import { readSubscription } from '#services/billing/model/subscription-queries.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { transitionChange } from '../transition-change.js'
import { loadSubscriptionState, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'

/** Change stored before the provider is called. */
export type NewChange = Pick<SubscriptionChangeRow, 'kind' | 'at' | 'effectiveAt'> &
  Partial<
    Pick<
      SubscriptionChangeRow,
      | 'fromPlanVersionId'
      | 'fromPriceId'
      | 'fromQuantity'
      | 'toPlanVersionId'
      | 'toPriceId'
      | 'toQuantity'
      | 'reason'
      | 'pushedToProvider'
      | 'trialUntil'
      | 'resumesAt'
      | 'unusedTime'
      | 'promotionCode'
      | 'promotionId'
    >
  >

/** The requested terms are already in effect. */
export interface NoChange {
  readonly kind: 'already'
  readonly subscription: BillingSubscriptionRow
}

export interface RecordedChange {
  readonly kind: 'change'
  readonly change: SubscriptionChangeRow
}

/** The change to store, none, or a denial. */
export type ChangeDecision = NewChange | Omit<NoChange, 'subscription'> | Refused | SubscriptionConflict

export interface ChangeRequest {
  readonly account: AccountRow
  readonly mutation: string
  readonly idempotencyKey: string
  /** The request with its defaults filled in. */
  readonly request: object
  /** The plan group that it is about; null: the account's main subscription. */
  readonly group: string | null
  readonly decide: (state: SubscriptionState | null, now: Date) => ChangeDecision
  /** Asks the provider before a new request is recorded. Null: nothing stands against it. */
  readonly check?: (state: SubscriptionState | null, now: Date) => Promise<Refused | null>
}

/** Takes from the account's rate, unless the key is known; then under the account's lock: the key, the decision, and the change's row in the status `REQUESTED`. */
export async function recordChange(
  context: BillingContext,
  { account, mutation, idempotencyKey, request, group, decide, check }: ChangeRequest,
): Promise<RecordedChange | NoChange | Denied> {
  const scope = idempotencyScope(context.caller, account.id, mutation, idempotencyKey)
  const known = await findCompletedKey(context.database, scope, fingerprintOf(request))
  const limited = known ? null : await consumeChangeRate(context, account.id)
  if (limited) return denied(limited)
  const objection = known || !check ? null : await checked(context, { account, group, check })
  if (objection) return denied(deniedFor(account.id, objection))
  if (!known) await recordPayments(context, { account, group, decide })
  return runIdempotent<RecordedChange | NoChange>(context.database, {
    scope,
    request,
    replay: async (transaction, { __typename, id }) =>
      __typename === 'SubscriptionChange'
        ? { kind: 'change', change: (await findChange(transaction, id))! }
        : { kind: 'already', subscription: await readSubscription(transaction, id) },
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const state = await loadSubscriptionState(context, transaction, context.catalog.current(), account.id, group)
      const now = context.clock.now()
      const decision = decide(state, now)
      if ('code' in decision) return denied(deniedFor(account.id, decision))
      const { subscription } = state!
      if (decision.kind === 'already')
        return {
          value: { kind: 'already', subscription },
          reference: { __typename: 'BillingSubscription', id: subscription.id },
        }
      // A cancellation replaces a change in progress.
      if (decision.kind === 'CANCEL' && state!.open)
        await transitionChange(context, transaction, {
          id: state!.open.id,
          to: 'SUPERSEDED',
          failureReason: 'the subscription was canceled',
        })
      const unusedTime = await loadUnusedTime(transaction, context.catalog.current(), state!, decision, now)
      const change = await insertChange(transaction, subscription, { ...decision, unusedTime }, now)
      return { value: { kind: 'change', change }, reference: { __typename: 'SubscriptionChange', id: change.id } }
    },
  })
}

async function checked(
  context: BillingContext,
  { account, group, check }: Pick<ChangeRequest, 'account' | 'group'> & Required<Pick<ChangeRequest, 'check'>>,
): Promise<Refused | null> {
  const state = await loadSubscriptionState(context, context.database, context.catalog.current(), account.id, group)
  return check(state, context.clock.now())
}

async function recordPayments(
  context: BillingContext,
  { account, group, decide }: Pick<ChangeRequest, 'account' | 'group' | 'decide'>,
): Promise<void> {
  const state = await loadSubscriptionState(context, context.database, context.catalog.current(), account.id, group)
  const decision = decide(state, context.clock.now())
  if (!state || 'code' in decision || decision.kind === 'already') return
  await recordPaymentsFirst(context, state, decision)
}

/** Stores a requested change. The caller holds the account lock. */
export async function insertChange(
  transaction: Transaction,
  { id, accountId }: Pick<BillingSubscriptionRow, 'id' | 'accountId'>,
  change: NewChange,
  now: Date,
): Promise<SubscriptionChangeRow> {
  const { kind, at, effectiveAt, unusedTime } = change
  return transaction.query
    .insertInto('subscription_change')
    .values({
      id: transaction.newId('sch'),
      accountId,
      subscriptionId: id,
      status: 'REQUESTED',
      kind,
      at,
      asOf: now,
      effectiveAt,
      fromPlanVersionId: change.fromPlanVersionId,
      fromPriceId: change.fromPriceId,
      fromQuantity: change.fromQuantity,
      toPlanVersionId: change.toPlanVersionId,
      toPriceId: change.toPriceId,
      toQuantity: change.toQuantity,
      reason: change.reason,
      pushedToProvider: change.pushedToProvider ?? true,
      trialUntil: change.trialUntil,
      resumesAt: change.resumesAt,
      promotionCode: change.promotionCode,
      promotionId: change.promotionId,
      unusedTime: unusedTime ? jsonb(unusedTime) : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

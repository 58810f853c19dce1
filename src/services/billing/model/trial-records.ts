import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { objectOfJob, type BillingContext } from './billing-context.js'
import { hashed, trialMarks, type TrialKeys } from './trial-keys.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import { beginTrial } from './subscriptions.sql.js'
import { isNewSubscription } from './subscription-queries.js'
import { endImmediately, isEndRequested } from './end-immediately.js'
import type { SubscriptionUpdate } from '../subscriptions/fetched-subscription.js'

/** The due kind of a subscription whose trial was used with its payment method before; its key is `<provider>:<the provider's id>`. */
export const TRIAL_REPEATED = 'subscription.trial_repeated'

interface Trial {
  readonly accountId: string
  readonly planId: string
}

/** Records the keys of a trial that an open checkout offers. The caller holds the account's lock. */
export async function offerTrial(
  transaction: Transaction,
  { accountId, planId }: Trial,
  keys: TrialKeys,
): Promise<void> {
  const { personKey, emailKey } = keys
  await transaction.query
    .insertInto('trial_record')
    .values({ accountId, planId, personKey, emailKey })
    .onConflict((conflict) =>
      conflict
        .columns(['accountId', 'planId'])
        .doUpdateSet({ personKey, emailKey })
        .where('trial_record.beganAt', 'is', null),
    )
    .execute()
}

/** Records a running trial, with its payment method. A trial that came with a change of plan has the keys of the trial before. */
export async function recordTrial(
  transaction: Transaction,
  { accountId, planId }: Trial,
  { paymentKey, startedAt }: Pick<SubscriptionUpdate['fetched'], 'paymentKey' | 'startedAt'>,
): Promise<void> {
  const cardKey = paymentKey && hashed(`card:${paymentKey}`)
  await transaction.run(beginTrial, { accountId, planId, cardKey, startedAt })
}

/** True if another account has had the beginning trial with the same payment method. */
export async function isRepeatedTrial(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, fetched, items }: SubscriptionUpdate,
): Promise<boolean> {
  const { paymentKey, status, externalId } = fetched
  if (status !== 'TRIALING' || !paymentKey) return false
  if (!trialMarks(context.catalog.current().trials, context.config.mode).includes('card')) return false
  const planIds = items.flatMap(({ planId }) => planId ?? [])
  const used = await transaction.query
    .selectFrom('trial_record')
    .select('planId')
    .where('planId', 'in', planIds)
    .where('cardKey', '=', hashed(`card:${paymentKey}`))
    .where('accountId', '<>', accountId)
    .where('beganAt', 'is not', null)
    .where(isNewSubscription(provider, externalId))
    .executeTakeFirst()
  return used !== undefined
}

/** Ends the subscription immediately, without a grant and without a charge. */
export async function refuseTrial(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, fetched, items }: SubscriptionUpdate,
): Promise<string[]> {
  const at = context.clock.now()
  const key = `${provider}:${fetched.externalId}`
  const known = await transaction.query
    .selectFrom('scheduled_job')
    .select('key')
    .where('kind', '=', TRIAL_REPEATED)
    .where('key', '=', key)
    .executeTakeFirst()
  const ended = await isEndRequested(transaction, accountId, provider, fetched.externalId)
  if (known || ended) return []
  // Counts as a trial of the account, so that its next checkout charges from the first day.
  const planIds = items.flatMap(({ planId }) => planId ?? [])
  await transaction.query
    .updateTable('trial_record')
    .set((eb) => ({ beganAt: eb.fn.coalesce('beganAt', eb.val(at)) }))
    .where('accountId', '=', accountId)
    .where('planId', 'in', planIds)
    .execute()
  await scheduleJob(transaction, { kind: TRIAL_REPEATED, key, accountId, runAt: at })
  await recordAccountEvent(transaction, accountId, at, {
    type: 'subscription.trial_refused',
    outbox: true,
    summary:
      'The trial has already been used with this payment method. Nothing was charged. Subscribe without a trial.',
    data: { provider },
  })
  return [`subscription ${fetched.externalId} repeats a trial: it is ended`]
}

/** Ends the subscription at the provider. Repeated calls have no effect. */
export async function endRepeatedTrial(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { port, externalId } = objectOfJob(context, due)
  try {
    await endImmediately(context, port, {
      accountId: due.accountId!,
      externalId,
      reason: 'the trial has already been used with this payment method',
      idempotencyKey: `trial:${externalId}`,
    })
  } catch (error) {
    // The provider rejects ending an ended subscription.
    if (!(error instanceof ProviderRejected)) throw error
  }
}

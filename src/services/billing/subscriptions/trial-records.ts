import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { hashed, trialMarks, type TrialKeys } from '../offers/trial-keys.js'
import { ProviderRejected, type ProviderName } from '../providers/port.js'
import { endImmediately } from './end-immediately.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

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
  await transaction.run(
    `insert into trial_record (account_id, plan_id, person_key, email_key) values ($1, $2, $3, $4)
     on conflict (account_id, plan_id) do update set person_key = excluded.person_key, email_key = excluded.email_key
       where trial_record.began_at is null`,
    [accountId, planId, keys.personKey, keys.emailKey],
  )
}

/** Records a running trial, with its payment method. A trial that came with a change of plan has the keys of the trial before. */
export async function recordTrial(
  transaction: Transaction,
  { accountId, planId }: Trial,
  { paymentKey, startedAt }: Pick<SubscriptionUpdate['fetched'], 'paymentKey' | 'startedAt'>,
): Promise<void> {
  await transaction.run(
    `insert into trial_record (account_id, plan_id, person_key, email_key, card_key, began_at)
     values ($1, $2, (select max(person_key) from trial_record where account_id = $1),
       (select max(email_key) from trial_record where account_id = $1), $3, $4)
     on conflict (account_id, plan_id) do update set began_at = coalesce(trial_record.began_at, excluded.began_at),
       card_key = coalesce(excluded.card_key, trial_record.card_key)
     where trial_record.began_at is null or (excluded.card_key is not null and trial_record.card_key is distinct from excluded.card_key)`,
    [accountId, planId, paymentKey && hashed(`card:${paymentKey}`), startedAt],
  )
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
  const used = await transaction.row(
    `select 1 from trial_record r where r.plan_id = any($1) and r.card_key = $2 and r.account_id <> $3 and r.began_at is not null
       and not exists (select 1 from billing_subscription known where known.provider = $4 and known.external_id = $5
         and known.status <> 'INCOMPLETE')`,
    [items.flatMap(({ planId }) => planId ?? []), hashed(`card:${paymentKey}`), accountId, provider, externalId],
  )
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
  const known = await transaction.row(`select 1 from scheduled_job where kind = $1 and key = $2`, [TRIAL_REPEATED, key])
  const ended = await transaction.row(`select 1 from requested_cancellation where provider = $1 and external_id = $2`, [
    provider,
    fetched.externalId,
  ])
  if (known || ended) return []
  // Counts as a trial of the account, so that its next checkout charges from the first day.
  await transaction.run(
    `update trial_record set began_at = coalesce(began_at, $2) where account_id = $1 and plan_id = any($3)`,
    [accountId, at, items.flatMap(({ planId }) => planId ?? [])],
  )
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
  const [provider, externalId] = due.key.split(':', 2) as [ProviderName, string]
  try {
    await endImmediately(context, providerOf(context, provider), {
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

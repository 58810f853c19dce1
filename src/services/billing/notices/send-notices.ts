import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { NoticeKind } from '#entities/billing/billing-notice.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailPayer } from '../model/mail-payer.js'
import type { BillingContext } from '../model/billing-context.js'
import type { Projection } from '../subscriptions/decide-subscription.js'
import type { SubscriptionUpdate } from '../subscriptions/fetched-subscription.js'
import { decideNotices, type NamedNotice, type PlanTerms } from './decide-notices.js'
import { NOTICE_MAIL, payUrl } from './notice-mails.js'

export interface NoticeRequest {
  readonly id: string
  readonly update: SubscriptionUpdate
  readonly plan: CatalogPlan
  readonly previous: BillingSubscriptionRow | null
  readonly next: Projection
}

/** Sends billing notices to an account: each cause once, as an event and an email. */
export async function sendNotices(
  context: BillingContext,
  transaction: Transaction,
  { id, update, plan, previous, next }: NoticeRequest,
): Promise<string[]> {
  const notices = decideNotices({
    was: previous?.status ?? null,
    status: next.status,
    invoice: update.fetched.latestInvoice,
    graceUntil: next.graceUntil,
    trialEnd: next.trialEnd,
    cancelAt: next.cancelAt,
    wasPaused: previous?.pause ?? null,
    pause: next.pause,
    before: previous && termsOf(context, previous),
    after: termsOf(context, next),
    periodEnd: next.cancelAt ? null : next.currentPeriodEnd,
    now: context.clock.now(),
  })
  const given: string[] = []
  const subscription = { id, accountId: update.accountId, provider: update.provider }
  for (const notice of notices)
    if (await sendNotice(context, transaction, subscription, { ...notice, planName: plan.name }))
      given.push(`notice ${notice.kind.toLowerCase()} ${notice.key}`)
  return given
}

function termsOf({ catalog }: BillingContext, { planVersionId, quantity }: PlanOf): PlanTerms | null {
  const plan = catalog.current().planByVersionId.get(planVersionId)
  return plan ? { versionId: planVersionId, code: plan.code, name: plan.name, quantity } : null
}

type PlanOf = Pick<Projection, 'planVersionId' | 'quantity'>

type NoticeEventType = 'invoice.payment_failed' | 'invoice.payment_action_required' | 'subscription.trial_ending'

/** Event types of notices that no other event covers. */
const EVENTS: Partial<Record<NoticeKind, { type: NoticeEventType; summary: (planName: string) => string }>> = {
  PAYMENT_FAILED: {
    type: 'invoice.payment_failed',
    summary: (planName) => `An invoice for ${planName} could not be collected.`,
  },
  PAYMENT_ACTION_REQUIRED: {
    type: 'invoice.payment_action_required',
    summary: (planName) => `The bank asks to confirm a payment for ${planName}.`,
  },
  TRIAL_ENDING: { type: 'subscription.trial_ending', summary: (planName) => `The trial of ${planName} ends soon.` },
}

/** One notice, unless it was given before. The caller holds the account's lock. @param causedAt Time of its cause */
export async function sendNotice(
  context: BillingContext,
  transaction: Transaction,
  subscription: Pick<BillingSubscriptionRow, 'id' | 'accountId' | 'provider'>,
  notice: NamedNotice,
  causedAt = context.clock.now(),
): Promise<boolean> {
  const at = context.clock.now()
  const { id: subscriptionId, accountId } = subscription
  const { numInsertedOrUpdatedRows: written } = await transaction.query
    .insertInto('billing_notice')
    .values({
      id: transaction.newId('ntc'),
      accountId,
      subscriptionId,
      kind: notice.kind,
      key: notice.key,
      at: causedAt,
    })
    .onConflict((conflict) => conflict.constraint('billing_notice_once').doNothing())
    .executeTakeFirstOrThrow()
  if (!written) return false
  const event = EVENTS[notice.kind]
  if (event)
    await recordAccountEvent(transaction, accountId, at, {
      type: event.type,
      outbox: true,
      summary: event.summary(notice.planName),
      subject: { __typename: 'BillingSubscription', id: subscriptionId },
      data: {
        invoice: notice.invoice?.externalId ?? null,
        attempt: notice.invoice?.attempts ?? null,
        nextAttemptAt: notice.invoice?.nextAttemptAt ?? null,
        payUrl: notice.invoice?.payUrl ?? null,
        until: notice.until,
      },
    })
  await mailPayer(context, transaction, subscription, {
    texts: NOTICE_MAIL,
    values: notice,
    url: payUrl(notice) ?? undefined,
  })
  return true
}

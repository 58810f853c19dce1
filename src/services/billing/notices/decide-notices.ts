import type { NoticeKind } from '#entities/billing/billing-notice.entity.js'
import type { StoredPause } from '#entities/billing/billing-subscription.entity.js'
import { ENTITLING_STATUSES, TERMINAL_STATUSES, type SubscriptionStatus } from '#entities/billing/subscription-state.js'
import type { FetchedInvoiceHead } from '../providers/subscription-port.js'

/** A notice for an account, sent once per key. */
export interface Notice {
  readonly kind: NoticeKind
  readonly key: string
  readonly invoice: FetchedInvoiceHead | null
  /** The date that it is about: the end of grace or trial; null without one. */
  readonly until: Date | null
  /** The terms before and now of a notice about a change. */
  readonly change?: { readonly before: PlanTerms; readonly after: PlanTerms }
}

/** The plan of a subscription, and how many of it. */
export interface PlanTerms {
  readonly versionId: string
  readonly code: string
  readonly name: string
  readonly quantity: number
}

/** A notice with the name of what is paid. */
export interface NamedNotice extends Notice {
  readonly planName: string
  /** The feature whose use the invoice charges, which the mail names in its language. Absent for other invoices. */
  readonly use?: { readonly feature: string; readonly isChargedBack: boolean }
  /** False for an invoice that the plan does not depend on. Default: true. */
  readonly isPlan?: boolean
}

export interface NoticeInput {
  readonly was: SubscriptionStatus | null
  readonly status: SubscriptionStatus
  readonly invoice: FetchedInvoiceHead | null
  readonly graceUntil: Date | null
  readonly trialEnd: Date | null
  readonly cancelAt: Date | null
  /** Pauses before and now. */
  readonly wasPaused?: StoredPause | null
  readonly pause?: StoredPause | null
  /** Terms before and now. */
  readonly before?: PlanTerms | null
  readonly after?: PlanTerms | null
  readonly periodEnd?: Date | null
  readonly now: Date
}

/** The provider announces the end of a trial three days before; an hour more bears a clock that is not exactly ours. */
const TRIAL_NOTICE_MS = (3 * 24 + 1) * 3_600_000

/** Statuses in which an open invoice is a debt, and not a change that waits to be paid. */
const PAYMENT_DUE: readonly SubscriptionStatus[] = ['PAST_DUE', 'UNPAID']

/**
 * Pure: due notices of an account: one per failed attempt or overdue invoice, none after the payment, and the end of a trial in advance.
 */
export function decideNotices(input: NoticeInput): Notice[] {
  return [paymentNotice(input), trialNotice(input), pauseNotice(input), changeNotice(input)].filter(
    (notice) => notice !== null,
  )
}

function paymentNotice({ was, status, invoice, graceUntil }: NoticeInput): Notice | null {
  const owes = PAYMENT_DUE.includes(status) || (status === 'CANCELED' && was !== null && PAYMENT_DUE.includes(was))
  if (owes && invoice?.open && (invoice.attempts > 0 || invoice.failedAt))
    return {
      kind: invoice.actionRequired ? 'PAYMENT_ACTION_REQUIRED' : 'PAYMENT_FAILED',
      key: `${invoice.externalId}:${invoice.attempts}`,
      invoice,
      until: status === 'PAST_DUE' ? graceUntil : null,
    }
  const paid = was !== null && PAYMENT_DUE.includes(was) && status === 'ACTIVE' && invoice !== null
  return paid ? { kind: 'PAYMENT_RECOVERED', key: invoice.externalId, invoice, until: null } : null
}

/** A pause that begins, or that ends before the subscription. */
function pauseNotice({ status, cancelAt, wasPaused, pause }: NoticeInput): Notice | null {
  const [was, is] = [wasPaused, pause].map((one) => one?.resumed === false)
  if (was === is || cancelAt || TERMINAL_STATUSES.includes(status)) return null
  const { since, resumesAt } = (is ? pause : wasPaused)!
  const until = is && resumesAt ? new Date(resumesAt) : null
  return { kind: is ? 'PAUSED' : 'RESUMED', key: since, invoice: null, until }
}

function trialNotice({ status, trialEnd, cancelAt, pause, now }: NoticeInput): Notice | null {
  if (status !== 'TRIALING' || !trialEnd || pause || (cancelAt && cancelAt <= trialEnd)) return null
  const left = trialEnd.getTime() - now.getTime()
  if (left <= 0 || left > TRIAL_NOTICE_MS) return null
  return { kind: 'TRIAL_ENDING', key: trialEnd.toISOString(), invoice: null, until: trialEnd }
}

/** Another plan, or another quantity of it, while the subscription is active. */
function changeNotice({ was, status, before, after, periodEnd, now }: NoticeInput): Notice | null {
  if (!before || !after || was === null || ![was, status].every((each) => ENTITLING_STATUSES.includes(each)))
    return null
  if (before.code === after.code && before.quantity === after.quantity) return null
  const key = `${now.toISOString()}:${after.versionId}:${after.quantity}`
  return { kind: 'PLAN_CHANGED', key, invoice: null, until: periodEnd ?? null, change: { before, after } }
}

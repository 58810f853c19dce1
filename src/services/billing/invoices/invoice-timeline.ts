import type { BillingNoticeRow } from '#entities/billing/billing-notice.entity.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { InvoiceStepKind } from '#schema/billing/invoice.type.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** The part of a credit note that orders the steps. */
interface IssuedNote {
  readonly createdAt: Date
}

/** One step from an invoice to its payment. */
export interface InvoiceStep<Note extends IssuedNote = IssuedNote> {
  readonly kind: InvoiceStepKind
  readonly at: Date
  /** Number of the attempt to collect it. Null for other steps. */
  readonly attempt: number | null
  /** Null for other steps than `CREDITED`. */
  readonly creditNote: Note | null
  /** True if it is in the future and happens only if nothing else does before. */
  readonly planned: boolean
}

export interface TimelineInput<Note extends IssuedNote = IssuedNote> {
  readonly invoice: {
    readonly status: string
    readonly createdAt: Date
    readonly paidAt: Date | null
    readonly dueAt: Date | null
    readonly isSent: boolean
    readonly creditNotes: readonly Note[]
  }
  /** Notices of the account about the invoice, oldest first. */
  readonly notices: readonly Pick<BillingNoticeRow, 'kind' | 'key' | 'at'>[]
  readonly subscription: Pick<BillingSubscriptionRow, 'status' | 'graceUntil' | 'accessEndedAt'> | null
  readonly now: Date
}

type Step = InvoiceStep<never>

const ATTEMPTS = { PAYMENT_FAILED: 'PAYMENT_FAILED', PAYMENT_ACTION_REQUIRED: 'CONFIRMATION_REQUIRED' } as const

/** Pure: the steps of an invoice so far, and those that follow unless it is paid, in the order of time. */
export function invoiceTimeline<Note extends IssuedNote>(input: TimelineInput<Note>): InvoiceStep<Note>[] {
  const { invoice, notices } = input
  const attempts = notices.flatMap(({ kind, key, at }): Step[] =>
    kind === 'PAYMENT_FAILED' || kind === 'PAYMENT_ACTION_REQUIRED'
      ? [attemptStep(ATTEMPTS[kind], at, Number(key.split(':')[1]))]
      : [],
  )
  const steps = [
    step('CREATED', invoice.createdAt),
    ...attempts,
    ...invoice.creditNotes.map((creditNote) => ({ ...step('CREDITED', creditNote.createdAt), creditNote })),
    ...(invoice.status === 'PAID' ? [step('PAID', invoice.paidAt ?? invoice.createdAt)] : []),
    ...(invoice.status === 'OPEN' || invoice.status === 'DRAFT' ? stepsOfDebt(input, attempts.length > 0) : []),
  ]
  return steps.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

/** The plan of an unpaid invoice, and the next attempt to collect it. */
function stepsOfDebt({ invoice, subscription, now }: TimelineInput, hasFailed: boolean): Step[] {
  const endedAt = subscription?.accessEndedAt ?? null
  const graceUntil = hasFailed && subscription?.status === 'PAST_DUE' && !endedAt ? subscription.graceUntil : null
  return [
    ...(hasFailed && endedAt ? [step('ACCESS_ENDED', endedAt)] : []),
    ...(invoice.dueAt && invoice.dueAt > now
      ? [step(invoice.isSent ? 'DUE' : 'NEXT_ATTEMPT', invoice.dueAt, true)]
      : []),
    ...(graceUntil && graceUntil > now ? [step('ACCESS_ENDS', graceUntil, true)] : []),
  ]
}

/** The notice of an overdue invoice has no attempt. */
const attemptStep = (kind: InvoiceStepKind, at: Date, attempt: number): Step =>
  attempt === 0 ? step('OVERDUE', at) : { ...step(kind, at), attempt }

const step = (kind: InvoiceStepKind, at: Date, planned = false): Step => ({
  kind,
  at,
  attempt: null,
  creditNote: null,
  planned,
})

/** Notices about attempts to collect invoices, oldest first. A key is that of `noticeKey`. */
export async function attemptsOfInvoices(
  sql: Sql,
  keys: readonly string[],
): Promise<Pick<BillingNoticeRow, 'accountId' | 'kind' | 'key' | 'at'>[]> {
  const accountIds = [...new Set(keys.map((key) => key.slice(0, key.indexOf(' '))))]
  const wanted = new Set(keys)
  const notices = await sql.query
    .selectFrom('billing_notice')
    .select(['accountId', 'kind', 'key', 'at'])
    .where('accountId', 'in', accountIds)
    .where('kind', 'in', ['PAYMENT_FAILED', 'PAYMENT_ACTION_REQUIRED'])
    .orderBy('at')
    .orderBy('id')
    .execute()
  return notices.filter((notice) => wanted.has(noticeKey(notice.accountId, notice.key)))
}

/** Key of the notices about an invoice, whose own key may end with the number of the attempt. */
export const noticeKey = (accountId: string, invoice: string): string => `${accountId} ${invoice.split(':')[0]}`

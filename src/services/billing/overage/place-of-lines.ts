import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { InvoicePort } from '../providers/invoice-port.js'
import { isPaused } from '../model/is-paused.js'
import type { PayingSubscription } from '../model/overage-invoices.sql.js'

/** Place of lines for use: the draft of the subscription's invoice, a later one, or an invoice of their own. */
export type PlaceOfLines = { readonly draftId: string } | 'LATER' | 'OWN'

const DAY_MS = 86_400_000
/** A provider keeps a draft for an hour, and for at most three days while our webhook does not respond. */
const DRAFT_DAYS = 3
const MONTH_DAYS = 31

/**
 * Decides where use that is not charged yet is charged. A subscription of at most a month has it on its next invoice. One of a longer interval
 * has it there only while that invoice is a draft.
 */
export async function placeOfLines(
  port: Pick<InvoicePort, 'openDraftOf'>,
  subscription: PayingSubscription | null,
  currency: string,
  now: Date,
): Promise<PlaceOfLines> {
  if (!subscription || !subscription.currentPeriodStart || !subscription.currentPeriodEnd) return 'OWN'
  const { externalId, status, cancelAt, pause, currentPeriodStart: start, currentPeriodEnd: end } = subscription
  if (TERMINAL_STATUSES.includes(status) || status === 'UNPAID' || status === 'PAUSED' || isPaused({ pause }))
    return 'OWN'
  const isEnding = end <= now
  if (isEnding || now.getTime() - start.getTime() < DRAFT_DAYS * DAY_MS) {
    const draft = await port.openDraftOf(externalId)
    if (draft) return draft.currency === currency ? { draftId: draft.externalId } : 'OWN'
  }
  const isShort = end.getTime() - start.getTime() <= MONTH_DAYS * DAY_MS
  return cancelAt === null && (isEnding || isShort) ? 'LATER' : 'OWN'
}

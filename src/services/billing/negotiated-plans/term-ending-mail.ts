import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import { costText, type RecurringCost } from '../model/cost-texts.js'

interface TermEnding {
  readonly plan: string
  readonly endsAt: Date
  readonly before: RecurringCost
  readonly after: RecurringCost
}

/** The announcement that a negotiated price ends. */
export const TERM_ENDING_MAIL: MailTexts<TermEnding> = ({ plan, endsAt, before, after }, write) => {
  const costs = { before: costText(before, write), after: costText(after, write) }
  return contentOf(write, 'termEnding', { plan, endsAt: write.day(endsAt), ...costs }, 'action.billing')
}

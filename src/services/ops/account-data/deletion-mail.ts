import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Sentences } from './deletion-rule.js'

interface Deletion {
  /** Name of the account. */
  readonly name: string
  readonly runAt: Date
  readonly costs: readonly Sentences[]
}

/** The mail about a scheduled deletion, with its costs. */
export const DELETION_MAIL: MailTexts<Deletion> = ({ name, runAt, costs }, write) => {
  const content = contentOf(write, 'deletion', { name, runAt: write.day(runAt) }, 'action.billing')
  return { ...content, paragraphs: [...content.paragraphs, ...costs.flatMap((sentences) => sentences(write))] }
}

import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Sentences } from './deletion-rule.js'

interface Deletion {
  /** Name of the account. */
  readonly name: string
  readonly runAt: Date
  readonly costs: readonly Sentences[]
}

/** The mail about a scheduled deletion, with its costs. */
export const DELETION_MAIL: MailTexts<Deletion> = {
  EN: ({ name, runAt, costs }, write) => ({
    subject: `The account ${name} will be deleted`,
    paragraphs: [
      `The day is ${write.day(runAt)} (UTC). Until then you can cancel the deletion, but you cannot buy anything.`,
      ...costs.flatMap((sentences) => sentences.EN(write)),
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ name, runAt, costs }, write) => ({
    subject: `Das Konto ${name} wird gelöscht`,
    paragraphs: [
      `Das geschieht am ${write.day(runAt)} (UTC). Bis dahin können Sie die Löschung abbrechen, aber nichts kaufen.`,
      ...costs.flatMap((sentences) => sentences.DE(write)),
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ name, runAt, costs }, write) => ({
    subject: `La cuenta ${name} se eliminará`,
    paragraphs: [
      `Será el ${write.day(runAt)} (UTC). Hasta entonces puede cancelar la eliminación, pero no comprar nada.`,
      ...costs.flatMap((sentences) => sentences.ES(write)),
    ],
    action: BILLING_PAGE.ES,
  }),
}

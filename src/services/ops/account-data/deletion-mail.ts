import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { DeletionPreview } from './deletion-preview.js'

interface Deletion extends DeletionPreview {
  /** Name of the account. */
  readonly name: string
  readonly runAt: Date
}

/** The mail about a scheduled deletion, with its costs. */
export const DELETION_MAIL: MailTexts<Deletion> = {
  EN: ({ name, runAt, lostCredit, openCharges }, { day, money }) => ({
    subject: `The account ${name} will be deleted`,
    paragraphs: [
      `The day is ${day(runAt)} (UTC). Until then you can cancel the deletion, but you cannot buy anything.`,
      ...(lostCredit ? [`Its credit of ${money(lostCredit)} ends with the deletion, and is not paid out.`] : []),
      ...openCharges.map(
        ({ description, cost, chargedAt }) =>
          `${money(cost)} is charged after ${day(chargedAt)} (UTC), and the account is not deleted before. ${description}.`,
      ),
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ name, runAt, lostCredit, openCharges }, { day, money }) => ({
    subject: `Das Konto ${name} wird gelöscht`,
    paragraphs: [
      `Das geschieht am ${day(runAt)} (UTC). Bis dahin können Sie die Löschung abbrechen, aber nichts kaufen.`,
      ...(lostCredit
        ? [`Sein Guthaben von ${money(lostCredit)} verfällt mit der Löschung und wird nicht ausgezahlt.`]
        : []),
      ...openCharges.map(
        ({ description, cost, chargedAt }) =>
          `${money(cost)} werden nach dem ${day(chargedAt)} (UTC) abgebucht, und das Konto wird nicht vorher gelöscht. Rechnungsposten: ${description}.`,
      ),
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ name, runAt, lostCredit, openCharges }, { day, money }) => ({
    subject: `La cuenta ${name} se eliminará`,
    paragraphs: [
      `Será el ${day(runAt)} (UTC). Hasta entonces puede cancelar la eliminación, pero no comprar nada.`,
      ...(lostCredit ? [`Su saldo a favor de ${money(lostCredit)} se pierde con la eliminación y no se paga.`] : []),
      ...openCharges.map(
        ({ description, cost, chargedAt }) =>
          `Después del ${day(chargedAt)} (UTC) se cobran ${money(cost)}, y la cuenta no se elimina antes. Concepto de la factura: ${description}.`,
      ),
    ],
    action: BILLING_PAGE.ES,
  }),
}

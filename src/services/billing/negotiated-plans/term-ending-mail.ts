import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import { costText, type RecurringCost } from '../model/cost-texts.js'

interface TermEnding {
  readonly plan: string
  readonly endsAt: Date
  readonly before: RecurringCost
  readonly after: RecurringCost
}

/** The announcement that a negotiated price ends. */
export const TERM_ENDING_MAIL: MailTexts<TermEnding> = {
  EN: ({ plan, endsAt, before, after }, write) => ({
    subject: `The price of ${plan} changes on ${write.day(endsAt)}`,
    paragraphs: [
      `The negotiated price of ${plan}, ${costText('EN', before, write)}, ends on ${write.day(endsAt)} (UTC). From then on it costs ${costText('EN', after, write)}.`,
      'The plan continues. To change or cancel it, open your billing page before that day.',
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ plan, endsAt, before, after }, write) => ({
    subject: `Der Preis von ${plan} ändert sich am ${write.day(endsAt)}`,
    paragraphs: [
      `Der vereinbarte Preis von ${plan}, ${costText('DE', before, write)}, endet am ${write.day(endsAt)} (UTC). Danach kostet der Tarif ${costText('DE', after, write)}.`,
      'Der Tarif läuft weiter. Um ihn zu ändern oder zu kündigen, öffnen Sie vor diesem Tag Ihre Abrechnung.',
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ plan, endsAt, before, after }, write) => ({
    subject: `El precio de ${plan} cambia el ${write.day(endsAt)}`,
    paragraphs: [
      `El precio acordado de ${plan}, ${costText('ES', before, write)}, termina el ${write.day(endsAt)} (UTC). Desde entonces cuesta ${costText('ES', after, write)}.`,
      'El plan continúa. Para cambiarlo o cancelarlo, abra su facturación antes de ese día.',
    ],
    action: BILLING_PAGE.ES,
  }),
}

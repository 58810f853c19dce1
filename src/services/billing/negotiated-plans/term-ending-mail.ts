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
      `Your negotiated price is ${costText('EN', before, write)}. From that day (UTC) the plan costs ${costText('EN', after, write)}.`,
      'The plan continues. To change or cancel it, open your billing page before that day.',
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ plan, endsAt, before, after }, write) => ({
    subject: `Der Preis von ${plan} ändert sich am ${write.day(endsAt)}`,
    paragraphs: [
      `Der vereinbarte Preis beträgt ${costText('DE', before, write)}. Ab diesem Tag (UTC) kostet der Tarif ${costText('DE', after, write)}.`,
      'Der Tarif läuft weiter. Um ihn zu ändern oder zu kündigen, öffnen Sie vor diesem Tag Ihre Abrechnung.',
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ plan, endsAt, before, after }, write) => ({
    subject: `El precio de ${plan} cambia el ${write.day(endsAt)}`,
    paragraphs: [
      `Su precio acordado es de ${costText('ES', before, write)}. Desde ese día (UTC) el plan cuesta ${costText('ES', after, write)}.`,
      'El plan continúa. Para cambiarlo o cancelarlo, abra su facturación antes de ese día.',
    ],
    action: BILLING_PAGE.ES,
  }),
}

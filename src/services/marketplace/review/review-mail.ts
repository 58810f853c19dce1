import type { ReviewDecision } from '#entities/marketplace/template-review.entity.js'
import { DASHBOARD, type MailTexts } from '#services/kernel/mail/mail-texts.js'

interface Reviewed {
  /** Name of the template. */
  readonly name: string
  readonly version: number
  /** Words of the reviewer. Null for an approval. */
  readonly reason: string | null
}

/** The mails about the decisions of a review, to the vendor. The start of a review has none. */
export const REVIEW_MAILS: Readonly<Record<Exclude<ReviewDecision, 'STARTED'>, MailTexts<Reviewed>>> = {
  APPROVED: {
    EN: ({ name, version }, { number }) => ({
      subject: `${name} is approved`,
      paragraphs: [`Version ${number(version)} is on the marketplace.`],
      action: DASHBOARD.EN,
    }),
    DE: ({ name, version }, { number }) => ({
      subject: `${name} ist freigegeben`,
      paragraphs: [`Die Version ${number(version)} ist auf dem Marktplatz zu sehen.`],
      action: DASHBOARD.DE,
    }),
    ES: ({ name, version }, { number }) => ({
      subject: `${name} se ha aprobado`,
      paragraphs: [`La versión ${number(version)} está en el marketplace.`],
      action: DASHBOARD.ES,
    }),
  },
  NEEDS_CHANGES: {
    EN: ({ name, version, reason }, { number }) => ({
      subject: `${name} needs changes`,
      paragraphs: [
        `The review of version ${number(version)} says:`,
        { quote: reason ?? '' },
        'Make the changes, then submit the template again.',
      ],
      action: DASHBOARD.EN,
    }),
    DE: ({ name, version, reason }, { number }) => ({
      subject: `${name} muss geändert werden`,
      paragraphs: [
        `Die Prüfung der Version ${number(version)} sagt:`,
        { quote: reason ?? '' },
        'Nehmen Sie die Änderungen vor, und reichen Sie die Vorlage erneut ein.',
      ],
      action: DASHBOARD.DE,
    }),
    ES: ({ name, version, reason }, { number }) => ({
      subject: `${name} necesita cambios`,
      paragraphs: [
        `La revisión de la versión ${number(version)} dice:`,
        { quote: reason ?? '' },
        'Haga los cambios y vuelva a enviar la plantilla.',
      ],
      action: DASHBOARD.ES,
    }),
  },
  REJECTED: {
    EN: ({ name, version, reason }, { number }) => ({
      subject: `${name} was rejected`,
      paragraphs: [
        `The review of version ${number(version)} says:`,
        { quote: reason ?? '' },
        'You can submit a new version.',
      ],
      action: DASHBOARD.EN,
    }),
    DE: ({ name, version, reason }, { number }) => ({
      subject: `${name} wurde abgelehnt`,
      paragraphs: [
        `Die Prüfung der Version ${number(version)} sagt:`,
        { quote: reason ?? '' },
        'Sie können eine neue Version einreichen.',
      ],
      action: DASHBOARD.DE,
    }),
    ES: ({ name, version, reason }, { number }) => ({
      subject: `${name} se ha rechazado`,
      paragraphs: [
        `La revisión de la versión ${number(version)} dice:`,
        { quote: reason ?? '' },
        'Puede enviar una nueva versión.',
      ],
      action: DASHBOARD.ES,
    }),
  },
}

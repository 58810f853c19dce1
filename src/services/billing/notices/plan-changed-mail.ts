import type { Language } from '#entities/kernel/language.js'
import type { MailContent } from '#services/kernel/mail/mail-template.js'
import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Writer } from '#services/kernel/text/readable.js'
import type { NamedNotice, PlanTerms } from './decide-notices.js'

const ROWS: Readonly<Record<Language, Readonly<Record<'before' | 'now' | 'renews', string>>>> = {
  EN: { before: 'Before', now: 'Now', renews: 'Renews on' },
  DE: { before: 'Bisher', now: 'Jetzt', renews: 'Verlängert sich am' },
  ES: { before: 'Antes', now: 'Ahora', renews: 'Se renueva el' },
}

function detailsOf(language: Language, { change, until }: NamedNotice, write: Writer): MailContent['details'] {
  const { before, after } = change!
  const [rows, isOne] = [ROWS[language], before.quantity === 1 && after.quantity === 1]
  const text = ({ name, quantity }: PlanTerms) => (isOne ? name : `${write.number(quantity)} × ${name}`)
  return [
    [rows.before, text(before)],
    [rows.now, text(after)],
    ...(until ? ([[rows.renews, write.day(until)]] as const) : []),
  ]
}

const isOtherPlan = ({ change }: NamedNotice): boolean => change!.before.code !== change!.after.code

/** The notice of another plan, or of another quantity of it. */
export const PLAN_CHANGED_MAIL: MailTexts<NamedNotice> = {
  EN: (notice, write) => ({
    subject: isOtherPlan(notice)
      ? `Your plan is now ${notice.planName}`
      : `The quantity of ${notice.planName} has changed`,
    paragraphs: [isOtherPlan(notice) ? 'Its limits apply from now on.' : 'The new limits apply from now on.'],
    details: detailsOf('EN', notice, write),
    action: BILLING_PAGE.EN,
  }),
  DE: (notice, write) => ({
    subject: isOtherPlan(notice)
      ? `Ihr Tarif ist jetzt ${notice.planName}`
      : `Die Anzahl von ${notice.planName} hat sich geändert`,
    paragraphs: [isOtherPlan(notice) ? 'Ab jetzt gelten dessen Limits.' : 'Ab jetzt gelten die neuen Limits.'],
    details: detailsOf('DE', notice, write),
    action: BILLING_PAGE.DE,
  }),
  ES: (notice, write) => ({
    subject: isOtherPlan(notice)
      ? `Su plan es ahora ${notice.planName}`
      : `La cantidad de ${notice.planName} ha cambiado`,
    paragraphs: [
      isOtherPlan(notice) ? 'Sus límites se aplican desde ahora.' : 'Los nuevos límites se aplican desde ahora.',
    ],
    details: detailsOf('ES', notice, write),
    action: BILLING_PAGE.ES,
  }),
}

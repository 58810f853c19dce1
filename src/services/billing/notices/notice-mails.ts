import type { NoticeKind } from '#entities/billing/billing-notice.entity.js'
import type { Language } from '#entities/kernel/language.js'
import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { MailContent } from '#services/kernel/mail/mail-template.js'
import type { Writer } from '#services/kernel/text/readable.js'
import type { NamedNotice } from './decide-notices.js'
import { PLAN_CHANGED_MAIL } from './plan-changed-mail.js'

/** The page on which the invoice of a notice is paid. Null: there is nothing to pay, or no such page. */
export const payUrl = ({ kind, invoice }: NamedNotice): string | null =>
  kind === 'PAYMENT_FAILED' || kind === 'PAYMENT_ACTION_REQUIRED' ? (invoice?.payUrl ?? null) : null

const PAY: Readonly<Record<Language, string>> = {
  EN: 'Pay the invoice',
  DE: 'Rechnung bezahlen',
  ES: 'Pagar la factura',
}

const actionOf = (language: Language, notice: NamedNotice): string =>
  payUrl(notice) === null ? BILLING_PAGE[language] : PAY[language]

const attemptOf = ({ invoice }: NamedNotice, { number }: Writer): string => number(invoice?.attempts ?? 1)

const amountOf = ({ invoice }: NamedNotice, { money }: Writer): string => (invoice ? money(invoice.amountDue) : '')

/** The quiet link of a mail whose button opens the invoice. */
const CHANGE_CARD: Readonly<Record<Language, string>> = {
  EN: 'Change card',
  DE: 'Karte ändern',
  ES: 'Cambiar la tarjeta',
}

const AMOUNT: Readonly<Record<Language, string>> = {
  EN: 'Amount due',
  DE: 'Fälliger Betrag',
  ES: 'Importe pendiente',
}

const detailsOf = (language: Language, notice: NamedNotice, write: Writer): NonNullable<MailContent['details']> => [
  [AMOUNT[language], amountOf(notice, write), 'sum'],
]

/** Sentences with the day on which an unpaid invoice has an effect. */
const HELD: Readonly<Record<Language, (plan: string | null, date: string) => string>> = {
  EN: (plan, date) =>
    `On ${date} (UTC), ${plan === null ? 'use beyond the allowance ends' : `${plan} is suspended`} if the invoice is still unpaid.`,
  DE: (plan, date) =>
    `Ist die Rechnung am ${date} (UTC) noch offen, ${plan === null ? 'endet die Nutzung über das Kontingent hinaus' : `wird ${plan} ausgesetzt`}.`,
  ES: (plan, date) =>
    `Si la factura sigue sin pagarse el ${date} (UTC), ${plan === null ? 'termina el uso por encima de la cuota' : `se suspende ${plan}`}.`,
}

const heldUntil = (language: Language, { until, planName, isPlan = true }: NamedNotice, { day }: Writer): string[] =>
  until ? [HELD[language](isPlan ? planName : null, day(until))] : []

/** The mail of an invoice that the customer pays, and that is due. */
export const OVERDUE_MAIL: MailTexts<NamedNotice> = {
  EN: (notice, write) => ({
    subject: `The invoice for ${notice.planName} is overdue`,
    paragraphs: ['It has not been paid yet.', ...heldUntil('EN', notice, write)],
    details: detailsOf('EN', notice, write),
    action: actionOf('EN', notice),
  }),
  DE: (notice, write) => ({
    subject: `Die Rechnung für ${notice.planName} ist überfällig`,
    paragraphs: ['Sie ist noch nicht bezahlt.', ...heldUntil('DE', notice, write)],
    details: detailsOf('DE', notice, write),
    action: actionOf('DE', notice),
  }),
  ES: (notice, write) => ({
    subject: `La factura de ${notice.planName} está vencida`,
    paragraphs: ['Aún no está pagada.', ...heldUntil('ES', notice, write)],
    details: detailsOf('ES', notice, write),
    action: actionOf('ES', notice),
  }),
}

/** Names of use beyond an allowance, and of use whose payment the bank returned. */
const USES: Readonly<Record<Language, readonly [use: (feature: string) => string, chargedBack: string]>> = {
  EN: [(feature) => `${feature} beyond the allowance`, ', charged back by the bank'],
  DE: [(feature) => `${feature} über das Kontingent hinaus`, ' (von der Bank zurückgebucht)'],
  ES: [(feature) => `${feature} por encima de la cuota`, ' (devuelto por el banco)'],
}

/** Pure: what an invoice for use is for. */
export function nameOfUse(language: Language, { feature, isChargedBack }: NonNullable<NamedNotice['use']>): string {
  const [use, chargedBack] = USES[language]
  return `${use(feature)}${isChargedBack ? chargedBack : ''}`
}

/** The mail of a notice. An overdue invoice has no attempt to collect it. */
export function noticeMail({ kind, invoice, use }: NamedNotice): MailTexts<NamedNotice> {
  const texts = kind === 'PAYMENT_FAILED' && invoice?.attempts === 0 ? OVERDUE_MAIL : NOTICE_MAILS[kind]
  if (!use) return texts
  const named =
    (language: Language): MailTexts<NamedNotice>[Language] =>
    (notice, write) =>
      texts[language]({ ...notice, planName: nameOfUse(language, use) }, write)
  return { EN: named('EN'), DE: named('DE'), ES: named('ES') }
}

/** The mails of notices. */
export const NOTICE_MAILS: Readonly<Record<NoticeKind, MailTexts<NamedNotice>>> = {
  PAYMENT_FAILED: {
    EN: (notice, write) => ({
      subject: `We could not collect the payment for ${notice.planName}`,
      paragraphs: [
        notice.invoice?.nextAttemptAt
          ? `This was attempt ${attemptOf(notice, write)}. We will try again on ${write.day(notice.invoice.nextAttemptAt)} (UTC). You can also pay now or change your card.`
          : `This was attempt ${attemptOf(notice, write)}, the last one. Pay the invoice or change your card${(notice.isPlan ?? true) ? ' to keep the plan' : ''}.`,
        ...heldUntil('EN', notice, write),
      ],
      details: detailsOf('EN', notice, write),
      action: actionOf('EN', notice),
      other: CHANGE_CARD.EN,
    }),
    DE: (notice, write) => ({
      subject: `Die Zahlung für ${notice.planName} ist fehlgeschlagen`,
      paragraphs: [
        notice.invoice?.nextAttemptAt
          ? `Das war Versuch ${attemptOf(notice, write)}. Wir versuchen es am ${write.day(notice.invoice.nextAttemptAt)} (UTC) erneut. Sie können auch jetzt bezahlen oder Ihre Karte ändern.`
          : `Das war Versuch ${attemptOf(notice, write)}, und zugleich der letzte. Bezahlen Sie die Rechnung, oder ändern Sie Ihre Karte${(notice.isPlan ?? true) ? ', um den Tarif zu behalten' : ''}.`,
        ...heldUntil('DE', notice, write),
      ],
      details: detailsOf('DE', notice, write),
      action: actionOf('DE', notice),
      other: CHANGE_CARD.DE,
    }),
    ES: (notice, write) => ({
      subject: `No se ha podido cobrar el pago de ${notice.planName}`,
      paragraphs: [
        notice.invoice?.nextAttemptAt
          ? `Ha sido el intento ${attemptOf(notice, write)}. Lo intentaremos de nuevo el ${write.day(notice.invoice.nextAttemptAt)} (UTC). También puede pagar ahora o cambiar su tarjeta.`
          : `Ha sido el intento ${attemptOf(notice, write)}, el último. Pague la factura o cambie su tarjeta${(notice.isPlan ?? true) ? ' para conservar el plan' : ''}.`,
        ...heldUntil('ES', notice, write),
      ],
      details: detailsOf('ES', notice, write),
      action: actionOf('ES', notice),
      other: CHANGE_CARD.ES,
    }),
  },
  PAYMENT_ACTION_REQUIRED: {
    EN: (notice, write) => ({
      subject: `Please confirm the payment for ${notice.planName}`,
      paragraphs: ['Your bank pays only after you confirm.', ...heldUntil('EN', notice, write)],
      details: detailsOf('EN', notice, write),
      action: actionOf('EN', notice),
    }),
    DE: (notice, write) => ({
      subject: `Bitte bestätigen Sie die Zahlung für ${notice.planName}`,
      paragraphs: ['Ihre Bank zahlt erst nach Ihrer Bestätigung.', ...heldUntil('DE', notice, write)],
      details: detailsOf('DE', notice, write),
      action: actionOf('DE', notice),
    }),
    ES: (notice, write) => ({
      subject: `Confirme el pago de ${notice.planName}`,
      paragraphs: ['Su banco solo paga después de que usted lo confirme.', ...heldUntil('ES', notice, write)],
      details: detailsOf('ES', notice, write),
      action: actionOf('ES', notice),
    }),
  },
  TRIAL_ENDING: {
    EN: ({ planName, until }, { day }) => ({
      subject: `Your trial of ${planName} ends on ${day(until!)}`,
      paragraphs: [
        'With a payment method on file it continues as a subscription; without one it ends. You can cancel before that day (UTC).',
      ],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName, until }, { day }) => ({
      subject: `Ihr Testzeitraum für ${planName} endet am ${day(until!)}`,
      paragraphs: [
        'Mit einer hinterlegten Zahlungsmethode beginnt danach das Abonnement, ohne sie endet der Tarif. Sie können vor diesem Tag (UTC) kündigen.',
      ],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName, until }, { day }) => ({
      subject: `Su prueba de ${planName} termina el ${day(until!)}`,
      paragraphs: [
        'Con un método de pago guardado continúa como suscripción; sin él, termina. Puede cancelarla antes de ese día (UTC).',
      ],
      action: BILLING_PAGE.ES,
    }),
  },
  ACCESS_ENDED: {
    EN: ({ planName }) => ({
      subject: `${planName} is on hold`,
      paragraphs: ['Its invoice was not paid in time. The payment restores the plan.'],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName }) => ({
      subject: `${planName} ist ausgesetzt`,
      paragraphs: [
        'Die Rechnung wurde nicht rechtzeitig bezahlt. Der Tarif wird wiederhergestellt, sobald sie bezahlt ist.',
      ],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName }) => ({
      subject: `${planName} está suspendido`,
      paragraphs: ['La factura no se ha pagado a tiempo. El plan se restablecerá en cuanto se pague.'],
      action: BILLING_PAGE.ES,
    }),
  },
  PAUSED: {
    EN: ({ planName, until }, { day }) => ({
      subject: `${planName} is paused`,
      paragraphs: [
        `Nothing more is charged for ${planName}${until ? ` until ${day(until)} (UTC). It continues by itself on that day` : ' until you resume it'}.`,
        `You can resume it ${until ? 'earlier ' : ''}on your billing page, which shows until when you can use it.`,
      ],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName, until }, { day }) => ({
      subject: `${planName} ist pausiert`,
      paragraphs: [
        until
          ? `Für ${planName} wird bis zum ${day(until)} (UTC) nichts mehr abgebucht. An diesem Tag läuft der Tarif von selbst weiter.`
          : `Für ${planName} wird nichts mehr abgebucht, bis Sie den Tarif fortsetzen.`,
        `Sie können ihn in der Abrechnung ${until ? 'früher ' : ''}fortsetzen. Dort steht auch, bis wann Sie ihn nutzen können.`,
      ],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName, until }, { day }) => ({
      subject: `${planName} está en pausa`,
      paragraphs: [
        until
          ? `No se cobra nada más por ${planName} hasta el ${day(until)} (UTC). Ese día el plan continúa automáticamente.`
          : `No se cobra nada más por ${planName} hasta que lo reanude.`,
        `Puede reanudarlo ${until ? 'antes ' : ''}en la página de facturación, que muestra hasta cuándo puede usarlo.`,
      ],
      action: BILLING_PAGE.ES,
    }),
  },
  RESUMED: {
    EN: ({ planName }) => ({
      subject: `${planName} continues`,
      paragraphs: ['The pause has ended, and you pay again from now on.'],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName }) => ({
      subject: `${planName} läuft weiter`,
      paragraphs: ['Die Pause ist beendet, und Sie zahlen ab jetzt wieder.'],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName }) => ({
      subject: `${planName} continúa`,
      paragraphs: ['La pausa ha terminado y desde ahora vuelve a pagar.'],
      action: BILLING_PAGE.ES,
    }),
  },
  PAYMENT_RECOVERED: {
    EN: ({ planName }) => ({
      subject: `Thank you: ${planName} is paid`,
      paragraphs: ['No action is needed.'],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName }) => ({
      subject: `Danke: ${planName} ist bezahlt`,
      paragraphs: ['Sie müssen nichts weiter tun.'],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName }) => ({
      subject: `Gracias: ${planName} está pagado`,
      paragraphs: ['No tiene que hacer nada más.'],
      action: BILLING_PAGE.ES,
    }),
  },
  PLAN_CHANGED: PLAN_CHANGED_MAIL,
}

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

const amountOf = ({ invoice }: NamedNotice, { money }: Writer): string => (invoice ? money(invoice.amountDue) : '')

/** Names of what is to be paid, and of its amount. */
const DETAILS: Readonly<Record<Language, readonly [what: string, amount: string]>> = {
  EN: ['For', 'Amount due'],
  DE: ['Für', 'Fälliger Betrag'],
  ES: ['Concepto', 'Importe pendiente'],
}

function detailsOf(language: Language, notice: NamedNotice, write: Writer): NonNullable<MailContent['details']> {
  const [what, amount] = DETAILS[language]
  return [
    [what, notice.planName],
    [amount, amountOf(notice, write)],
  ]
}

/** Sentences with the day until which an unpaid invoice changes nothing. */
const HELD: Readonly<Record<Language, (isPlan: boolean, date: string) => string>> = {
  EN: (isPlan, date) =>
    `${isPlan ? 'Your plan does not change' : 'Use beyond the allowance continues'} until ${date} (UTC).`,
  DE: (isPlan, date) =>
    isPlan
      ? `Ihr Tarif bleibt bis zum ${date} (UTC) unverändert.`
      : `Die Nutzung über das Kontingent hinaus bleibt bis zum ${date} (UTC) möglich.`,
  ES: (isPlan, date) =>
    `${isPlan ? 'Su plan no cambia' : 'El uso por encima de la cuota sigue siendo posible'} hasta el ${date} (UTC).`,
}

const heldUntil = (language: Language, { until, isPlan = true }: NamedNotice, { day }: Writer): string[] =>
  until ? [HELD[language](isPlan, day(until))] : []

/** The mail of an invoice that the customer pays, and that is due. */
export const OVERDUE_MAIL: MailTexts<NamedNotice> = {
  EN: (notice, write) => ({
    subject: `The invoice for ${notice.planName} is overdue`,
    paragraphs: [
      `The invoice of ${amountOf(notice, write)} for ${notice.planName} is due, and not paid yet.`,
      ...heldUntil('EN', notice, write),
    ],
    details: detailsOf('EN', notice, write),
    action: actionOf('EN', notice),
  }),
  DE: (notice, write) => ({
    subject: `Die Rechnung für ${notice.planName} ist überfällig`,
    paragraphs: [
      `Die Rechnung über ${amountOf(notice, write)} für ${notice.planName} ist fällig und noch nicht bezahlt.`,
      ...heldUntil('DE', notice, write),
    ],
    details: detailsOf('DE', notice, write),
    action: actionOf('DE', notice),
  }),
  ES: (notice, write) => ({
    subject: `La factura de ${notice.planName} está vencida`,
    paragraphs: [
      `La factura de ${amountOf(notice, write)} por ${notice.planName} ha vencido y aún no está pagada.`,
      ...heldUntil('ES', notice, write),
    ],
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
        `The payment of ${amountOf(notice, write)} for ${notice.planName} failed (attempt ${write.number(notice.invoice?.attempts ?? 1)}).`,
        notice.invoice?.nextAttemptAt
          ? `We will try again on ${write.day(notice.invoice.nextAttemptAt)}. You can also pay now or change your card.`
          : `This was the last attempt. Pay the invoice or change your card${(notice.isPlan ?? true) ? ' to keep the plan' : ''}.`,
        ...heldUntil('EN', notice, write),
      ],
      details: detailsOf('EN', notice, write),
      action: actionOf('EN', notice),
    }),
    DE: (notice, write) => ({
      subject: `Die Zahlung für ${notice.planName} ist fehlgeschlagen`,
      paragraphs: [
        `Die Zahlung von ${amountOf(notice, write)} für ${notice.planName} ist fehlgeschlagen (Versuch ${write.number(notice.invoice?.attempts ?? 1)}).`,
        notice.invoice?.nextAttemptAt
          ? `Wir versuchen es am ${write.day(notice.invoice.nextAttemptAt)} erneut. Sie können auch jetzt bezahlen oder Ihre Karte ändern.`
          : `Das war der letzte Versuch. Bezahlen Sie die Rechnung, oder ändern Sie Ihre Karte${(notice.isPlan ?? true) ? ', um den Tarif zu behalten' : ''}.`,
        ...heldUntil('DE', notice, write),
      ],
      details: detailsOf('DE', notice, write),
      action: actionOf('DE', notice),
    }),
    ES: (notice, write) => ({
      subject: `No se ha podido cobrar el pago de ${notice.planName}`,
      paragraphs: [
        `El pago de ${amountOf(notice, write)} por ${notice.planName} ha fallado (intento ${write.number(notice.invoice?.attempts ?? 1)}).`,
        notice.invoice?.nextAttemptAt
          ? `Lo intentaremos de nuevo el ${write.day(notice.invoice.nextAttemptAt)}. También puede pagar ahora o cambiar su tarjeta.`
          : `Este ha sido el último intento. Pague la factura o cambie su tarjeta${(notice.isPlan ?? true) ? ' para conservar el plan' : ''}.`,
        ...heldUntil('ES', notice, write),
      ],
      details: detailsOf('ES', notice, write),
      action: actionOf('ES', notice),
    }),
  },
  PAYMENT_ACTION_REQUIRED: {
    EN: (notice, write) => ({
      subject: `Please confirm the payment for ${notice.planName}`,
      paragraphs: [
        `Your bank requires you to confirm the payment of ${amountOf(notice, write)} for ${notice.planName}.`,
        ...heldUntil('EN', notice, write),
      ],
      details: detailsOf('EN', notice, write),
      action: actionOf('EN', notice),
    }),
    DE: (notice, write) => ({
      subject: `Bitte bestätigen Sie die Zahlung für ${notice.planName}`,
      paragraphs: [
        `Ihre Bank verlangt, dass Sie die Zahlung von ${amountOf(notice, write)} für ${notice.planName} bestätigen.`,
        ...heldUntil('DE', notice, write),
      ],
      details: detailsOf('DE', notice, write),
      action: actionOf('DE', notice),
    }),
    ES: (notice, write) => ({
      subject: `Confirme el pago de ${notice.planName}`,
      paragraphs: [
        `Su banco exige que confirme el pago de ${amountOf(notice, write)} por ${notice.planName}.`,
        ...heldUntil('ES', notice, write),
      ],
      details: detailsOf('ES', notice, write),
      action: actionOf('ES', notice),
    }),
  },
  TRIAL_ENDING: {
    EN: ({ planName, until }, { day }) => ({
      subject: `Your trial of ${planName} ends on ${day(until!)}`,
      paragraphs: [
        `Your trial of ${planName} ends on ${day(until!)} (UTC).`,
        'With a payment method on file it continues as a subscription; without one it ends. You can cancel before.',
      ],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName, until }, { day }) => ({
      subject: `Ihr Testzeitraum für ${planName} endet am ${day(until!)}`,
      paragraphs: [
        `Ihr Testzeitraum für ${planName} endet am ${day(until!)} (UTC).`,
        'Mit einer hinterlegten Zahlungsmethode beginnt danach das Abonnement, ohne sie endet der Tarif. Sie können vorher kündigen.',
      ],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName, until }, { day }) => ({
      subject: `Su prueba de ${planName} termina el ${day(until!)}`,
      paragraphs: [
        `Su prueba de ${planName} termina el ${day(until!)} (UTC).`,
        'Con un método de pago guardado continúa como suscripción; sin él, termina. Puede cancelarla antes.',
      ],
      action: BILLING_PAGE.ES,
    }),
  },
  ACCESS_ENDED: {
    EN: ({ planName }) => ({
      subject: `${planName} is on hold`,
      paragraphs: [
        `The invoice for ${planName} was not paid in time, so the plan is on hold.`,
        'It will be restored as soon as the invoice is paid.',
      ],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName }) => ({
      subject: `${planName} ist ausgesetzt`,
      paragraphs: [
        `Die Rechnung für ${planName} wurde nicht rechtzeitig bezahlt, deshalb ist der Tarif ausgesetzt.`,
        'Er wird wiederhergestellt, sobald die Rechnung bezahlt ist.',
      ],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName }) => ({
      subject: `${planName} está suspendido`,
      paragraphs: [
        `La factura de ${planName} no se ha pagado a tiempo, por lo que el plan está suspendido.`,
        'Se restablecerá en cuanto se pague la factura.',
      ],
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
      paragraphs: [`The pause of ${planName} has ended, and its payments continue.`],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName }) => ({
      subject: `${planName} läuft weiter`,
      paragraphs: [`Die Pause von ${planName} ist beendet, und die Zahlungen laufen weiter.`],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName }) => ({
      subject: `${planName} continúa`,
      paragraphs: [`La pausa de ${planName} ha terminado y los pagos continúan.`],
      action: BILLING_PAGE.ES,
    }),
  },
  PAYMENT_RECOVERED: {
    EN: ({ planName }) => ({
      subject: `Thank you: ${planName} is paid`,
      paragraphs: [`We received the payment for ${planName}. No action is needed.`],
      action: BILLING_PAGE.EN,
    }),
    DE: ({ planName }) => ({
      subject: `Danke: ${planName} ist bezahlt`,
      paragraphs: [`Wir haben die Zahlung für ${planName} erhalten. Sie müssen nichts weiter tun.`],
      action: BILLING_PAGE.DE,
    }),
    ES: ({ planName }) => ({
      subject: `Gracias: ${planName} está pagado`,
      paragraphs: [`Hemos recibido el pago de ${planName}. No tiene que hacer nada más.`],
      action: BILLING_PAGE.ES,
    }),
  },
  PLAN_CHANGED: PLAN_CHANGED_MAIL,
}

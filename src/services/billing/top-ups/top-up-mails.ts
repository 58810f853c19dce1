import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { Language } from '#entities/kernel/language.js'
import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import { paidDetails, type PaidItem } from '../model/receipt-mails.js'

/** Why an automatic top-up stopped. */
export const STOP_SENTENCES: Readonly<Record<Language, Readonly<Record<TopUpStop, string>>>> = {
  EN: {
    DECLINED: 'The payment method was declined.',
    AUTHENTICATION_REQUIRED: 'The bank requires you to confirm payments.',
    NO_PAYMENT_METHOD: 'The account has no active subscription with a saved payment method.',
    PRICE_CHANGED: 'The pack costs more than you agreed to.',
    NOT_FOR_SALE: 'The pack is not for sale any more.',
    REVERSED: 'An earlier top-up was refunded or charged back.',
    DISPUTED: 'A payment of the account is disputed.',
    UNKNOWN_RESULT: 'The payment provider did not respond for a day.',
    REQUEST_REJECTED: 'The payment provider did not accept the request. Your payment method was not charged.',
  },
  DE: {
    DECLINED: 'Die Zahlungsmethode wurde abgelehnt.',
    AUTHENTICATION_REQUIRED: 'Die Bank verlangt, dass Sie Zahlungen bestätigen.',
    NO_PAYMENT_METHOD: 'Das Konto hat kein aktives Abonnement mit einer gespeicherten Zahlungsmethode.',
    PRICE_CHANGED: 'Das Paket kostet mehr als der Preis, dem Sie zugestimmt haben.',
    NOT_FOR_SALE: 'Das Paket wird nicht mehr verkauft.',
    REVERSED: 'Eine frühere Aufladung wurde erstattet oder zurückgebucht.',
    DISPUTED: 'Eine Zahlung des Kontos ist angefochten.',
    UNKNOWN_RESULT: 'Der Zahlungsanbieter hat einen Tag lang nicht geantwortet.',
    REQUEST_REJECTED:
      'Der Zahlungsanbieter hat die Anfrage nicht angenommen. Ihre Zahlungsmethode wurde nicht belastet.',
  },
  ES: {
    DECLINED: 'El método de pago se ha rechazado.',
    AUTHENTICATION_REQUIRED: 'El banco exige que confirme los pagos.',
    NO_PAYMENT_METHOD: 'La cuenta no tiene ninguna suscripción activa con un método de pago guardado.',
    PRICE_CHANGED: 'El paquete cuesta más de lo que aceptó.',
    NOT_FOR_SALE: 'El paquete ya no está a la venta.',
    REVERSED: 'Una recarga anterior se ha reembolsado o devuelto.',
    DISPUTED: 'Un pago de la cuenta está en disputa.',
    UNKNOWN_RESULT: 'El proveedor de pagos no ha respondido durante un día.',
    REQUEST_REJECTED: 'El proveedor de pagos no ha aceptado la solicitud. No se ha cobrado a su método de pago.',
  },
}

interface TopUpOf {
  /** Name of the feature. */
  readonly name: string
}

export const TOP_UP_STOPPED_MAIL: MailTexts<TopUpOf & { readonly reason: TopUpStop }> = {
  EN: ({ name, reason }) => ({
    subject: `The automatic top-up of ${name} stopped`,
    paragraphs: [
      `${STOP_SENTENCES.EN[reason]} Nothing is charged until you set the automatic top-up again.`,
      'You can also buy a pack now.',
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ name, reason }) => ({
    subject: `Die automatische Aufladung von ${name} wurde angehalten`,
    paragraphs: [
      `${STOP_SENTENCES.DE[reason]} Es wird nichts abgebucht, bis Sie die automatische Aufladung wieder einrichten.`,
      'Sie können auch jetzt ein Paket kaufen.',
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ name, reason }) => ({
    subject: `La recarga automática de ${name} se ha detenido`,
    paragraphs: [
      `${STOP_SENTENCES.ES[reason]} No se cobra nada hasta que vuelva a configurar la recarga automática.`,
      'También puede comprar un paquete ahora.',
    ],
    action: BILLING_PAGE.ES,
  }),
}

export const TOP_UP_LIMITED_MAIL: MailTexts<TopUpOf & { readonly until: Date }> = {
  EN: ({ name, until }, { day }) => ({
    subject: `The automatic top-up of ${name} has reached its maximum`,
    paragraphs: [
      `The balance of ${name} is below your threshold, and the top-ups that you allow in a month are used.`,
      `The next top-up is possible on ${day(until)} (UTC). You can raise the maximum, or buy a pack now.`,
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ name, until }, { day }) => ({
    subject: `Die automatische Aufladung von ${name} hat ihre Höchstzahl erreicht`,
    paragraphs: [
      `Das Guthaben an ${name} liegt unter Ihrem Schwellenwert, und die Aufladungen, die Sie in einem Monat erlauben, sind verbraucht.`,
      `Die nächste Aufladung ist am ${day(until)} (UTC) möglich. Sie können die Höchstzahl erhöhen oder jetzt ein Paket kaufen.`,
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ name, until }, { day }) => ({
    subject: `La recarga automática de ${name} ha alcanzado su máximo`,
    paragraphs: [
      `El saldo de ${name} está por debajo de su umbral, y ya se han hecho las recargas que permite en un mes.`,
      `La próxima recarga será posible el ${day(until)} (UTC). Puede aumentar el máximo o comprar un paquete ahora.`,
    ],
    action: BILLING_PAGE.ES,
  }),
}

export const TOP_UP_PAID_MAIL: MailTexts<PaidItem> = {
  EN: (item, write) => ({
    subject: `Automatic top-up: ${item.name}`,
    paragraphs: [
      `Your balance fell below your threshold, so we charged ${write.money(item.paid)} for ${item.name}.`,
      'You can change or remove the automatic top-up at any time.',
    ],
    details: paidDetails('EN', item, write),
    action: BILLING_PAGE.EN,
  }),
  DE: (item, write) => ({
    subject: `Automatische Aufladung: ${item.name}`,
    paragraphs: [
      `Ihr Guthaben ist unter Ihren Schwellenwert gefallen, deshalb haben wir ${write.money(item.paid)} für ${item.name} abgebucht.`,
      'Sie können die automatische Aufladung jederzeit ändern oder ausschalten.',
    ],
    details: paidDetails('DE', item, write),
    action: BILLING_PAGE.DE,
  }),
  ES: (item, write) => ({
    subject: `Recarga automática: ${item.name}`,
    paragraphs: [
      `Su saldo ha bajado de su umbral, así que hemos cobrado ${write.money(item.paid)} por ${item.name}.`,
      'Puede cambiar o desactivar la recarga automática en cualquier momento.',
    ],
    details: paidDetails('ES', item, write),
    action: BILLING_PAGE.ES,
  }),
}

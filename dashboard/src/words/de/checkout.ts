import type { Translations } from '../translated.js'

export const checkoutWords: Translations['checkoutWords'] = {
  confirming: 'Ihre Zahlung wird bestätigt.',
  paid: (what) => `Bezahlt. Sie haben jetzt ${what}.`,
  beginsWithPayment: 'Der Tarif beginnt, wenn seine erste Rechnung bezahlt ist.',
  byInvoice: (product) => `Sie haben jetzt ${product}. Die Rechnung kommt per E-Mail.`,
  openInvoice: 'Rechnung öffnen',
  processing: 'Die Bank entscheidet noch. Das kann einige Tage dauern.',
  notPaid: 'Es wurde nicht bezahlt.',
  canceled: 'Es wurde nichts bezahlt.',
  unknown: 'Diese Zahlung ist hier nicht bekannt, oder sie gehört zu einem anderen Konto.',
  failed: (message) => `Die Zahlung konnte noch nicht gelesen werden. Es wird erneut versucht. ${message}`,
  back: 'Tarife ansehen',
  toBilling: 'Abrechnung öffnen',
  toTemplate: (name) => `Zurück zu ${name}`,
}

import { translated } from '../translated.js'

/** Sentences of the page to which a payment returns. */
export const checkoutWords = translated('checkoutWords', {
  confirming: 'Your payment is being confirmed.',
  paid: (what: string) => `Paid. You have ${what}.`,
  beginsWithPayment: 'The plan begins when its first invoice is paid.',
  byInvoice: (product: string) => `You have ${product} now. Its invoice comes by email.`,
  openInvoice: 'Open the invoice',
  processing: 'The bank is still deciding. This can take some days.',
  notPaid: 'It was not paid.',
  canceled: 'Nothing was paid.',
  unknown: 'This payment is not known here, or belongs to another account.',
  failed: (message: string) => `The payment could not be read yet. It is tried again. ${message}`,
  back: 'See plans',
  toBilling: 'Open billing',
  toTemplate: (name: string) => `Back to ${name}`,
})

import { enumType } from '../kernel/decorators.js'

export const InvoiceEffect = enumType('InvoiceEffect', 'Effect on invoices of usage that is recorded or returned.', {
  NONE: 'No invoice depends on the usage.',
  NOT_REPORTED: 'Returned usage that was not reported to the provider. Only what remains will be.',
  NEXT_REPORT:
    'The next usage report to the provider contains the usage or its cost. Returned units are subtracted from it; it can belong to a later invoice.',
  WINDOW_INVOICE: 'The server invoices the cost after the window has ended.',
})
export type InvoiceEffect = keyof typeof InvoiceEffect

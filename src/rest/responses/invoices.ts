import { z } from 'zod'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'
import { money } from './money.js'

const step = component('InvoiceStep', 'One step from an invoice to its payment.', {
  kind: lowerCaseOf(
    'CREATED',
    'PAYMENT_FAILED',
    'CONFIRMATION_REQUIRED',
    'ACCESS_ENDED',
    'PAID',
    'NEXT_ATTEMPT',
    'ACCESS_ENDS',
  ),
  at: time().describe('Time of the step (business clock).'),
  attempt: wholeNumber().nullable().describe('Number of the attempt to collect the invoice. Null for other steps.'),
  planned: z.boolean().describe('Whether it is in the future. A payment before it prevents it.'),
})

export const invoicesResponse = component('Invoices', 'A page of the invoices of an account.', {
  account_id: z.string(),
  invoices: list(
    component('Invoice', 'An invoice of a subscription, as last read from the provider.', {
      id: z.string(),
      provider: lowerCaseOf('STRIPE', 'PAYPAL'),
      number: z.string().nullable().describe('Null for a draft.'),
      status: lowerCaseOf('DRAFT', 'OPEN', 'PAID', 'UNCOLLECTIBLE', 'VOID'),
      total: money.describe('Total of the line items, after discounts and including tax.'),
      discount: money
        .nullable()
        .describe('Sum of the discounts on the line items, which the total contains. Null if none.'),
      tax: money.describe('Tax included in the total. Zero if none.'),
      amount_due: money.describe('Amount left to pay, after credit and payments. Zero if paid or void.'),
      amount_paid: money.describe('Money received for the invoice. Zero before the payment.'),
      due_at: time()
        .nullable()
        .describe(
          'Time the payment is due (business clock): the due date, otherwise the next automatic attempt. Null if nothing is due or no attempt is planned.',
        ),
      hosted_url: z
        .string()
        .nullable()
        .describe('Page of the provider where the invoice can be viewed and paid. Null if none.'),
      pdf_url: z.string().nullable().describe('URL of the PDF. Null if none.'),
      created_at: time().describe('Creation time of the invoice (business clock).'),
      timeline: list(step).describe('Steps in the order of time, and what follows while it is open.'),
    }),
  ).describe('Newest first.'),
  next_after: z.string().nullable().describe('Cursor of the page after this one. Null for the last page.'),
})

import type Stripe from 'stripe'
import { z } from 'zod'
import { integer } from '../api/fields.js'
import { invalid } from '../api/stripe-error.js'

/** Terms of invoices: they are charged by themselves, or sent to a customer who has days to pay them. */
export interface InvoiceTerms {
  collection_method: 'charge_automatically' | 'send_invoice'
  /** Null for invoices that are charged by themselves. */
  days_until_due: number | null
}

/** Parameters of the terms, with the same names on subscriptions and on invoices. */
export const invoiceTermsInput = {
  collection_method: z.enum(['charge_automatically', 'send_invoice']).optional(),
  days_until_due: integer.refine((days) => days >= 0 && days <= 36_500, 'must be between 0 and 36500').optional(),
}

type Given = z.output<z.ZodObject<typeof invoiceTermsInput>>

export const CHARGED: InvoiceTerms = { collection_method: 'charge_automatically', days_until_due: null }

/** The terms after a request; those before where it names none. A customer without an email address cannot be sent an invoice. */
export function invoiceTerms(given: Given, before: InvoiceTerms, { email }: { email: string | null }): InvoiceTerms {
  const method = given.collection_method ?? before.collection_method
  if (method === 'charge_automatically') {
    if (given.days_until_due !== undefined)
      throw invalid('`days_until_due` can only be set for `collection_method=send_invoice`.', 'days_until_due')
    return CHARGED
  }
  const days = given.days_until_due ?? before.days_until_due
  if (days === null)
    throw invalid('When `collection_method` is `send_invoice`, `days_until_due` must be specified.', 'days_until_due')
  if (!email)
    throw invalid(
      'Missing email. In order to create invoices that are sent to the customer, the customer must have a valid email.',
    )
  return { collection_method: method, days_until_due: days }
}

/** The terms that a subscription has. */
export const termsOf = ({ collection_method: method, days_until_due: days }: Stripe.Subscription): InvoiceTerms =>
  method === 'send_invoice' ? { collection_method: 'send_invoice', days_until_due: days } : CHARGED

import type { InvoiceAccess, TaxExemption } from '@stackgate/client'

const access = {
  FROM_START: 'By invoice, with the plan from the start',
  FROM_PAYMENT: 'By invoice, with the plan from the payment',
} satisfies Readonly<Record<InvoiceAccess, string>>

/** Sentences about what operators decide of an account's charges. */
export const chargingWords = {
  title: 'Taxes and invoicing',
  taxes: 'Taxes',
  exemptions: {
    NONE: 'Charged as calculated',
    EXEMPT: 'Not charged: exempt',
    REVERSE_CHARGE: 'Not charged: reverse charge',
  } satisfies Readonly<Record<TaxExemption, string>>,
  changeTaxes: 'Change taxes',
  taxesEffect: 'It applies to later invoices, here and at the payment provider.',
  taxesChanged: 'The taxes of the account are changed.',
  payment: 'Payment of plans',
  charged: 'Charged automatically',
  access,
  byInvoice: (days: number, given: string) =>
    `${access[given as InvoiceAccess] ?? given}, within ${days} ${days === 1 ? 'day' : 'days'}`,
  changePayment: 'Change payment',
  days: 'Days until the due date',
  invoiceEffect: 'New plans start without a payment page. Running subscriptions follow with their next invoice.',
  chargedEffect: 'New plans are paid on a page. Running subscriptions are charged with their next invoice.',
  paymentChanged: 'The payment of plans is changed.',
  overage: 'Use beyond allowances',
  invoicedAt: (cost: string) => `Invoiced when it reaches ${cost}`,
  invoicedAtEnd: 'Invoiced when its window ends',
  changeThreshold: 'Change threshold',
  thresholdEffect: 'Use whose cost has reached the threshold is invoiced at once.',
  threshold: 'Threshold',
  ofAccount: 'Amount for this account',
  ofPlan: 'Amount of the plan',
  cost: (currency: string) => `Cost in ${currency}`,
  thresholdChanged: 'The threshold of the account is changed.',
} as const

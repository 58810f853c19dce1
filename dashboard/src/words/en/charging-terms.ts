import type { TaxExemption } from '@stackgate/client'

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

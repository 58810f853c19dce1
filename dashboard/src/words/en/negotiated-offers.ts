/** Sentences of operators about plans at a price of one account. */
export const offerWords = {
  offered: 'Offered',
  paid: 'Negotiated price',
  offer: 'Create custom offer',
  effect:
    'The account sees the offer with its reason, and accepts it itself. Nothing is charged before. After the last period it pays the price of the catalog.',
  price: (currency: string) => `Price of one unit and period in ${currency}`,
  interval: 'Billing interval',
  periods: 'Number of periods',
  features: 'Terms of features',
  featuresHint:
    'In the form of the catalog, as JSON, for example { "calls": 50000 }. They end with the price. Empty: those of the plan.',
  notJson: 'This is not JSON.',
  withdraw: 'Withdraw the offer',
  withdrawEffect: (terms: string) =>
    `The account cannot accept ${terms} any more. Open payment pages for it are closed.`,
} as const

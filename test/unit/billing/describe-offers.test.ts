import { describeOffers } from '#services/billing/catalog-push/describe-offers.js'

const product = (externalId: string, key: string | null, name: string) => ({ externalId, key, name, active: true })
const price = (externalId: string, externalProductId: string, lookupKey: string | null) => ({
  externalId,
  externalProductId,
  lookupKey,
  amountMinor: 1900,
  currency: 'USD',
  interval: 'MONTH' as const,
  active: true,
})

describe('Offers of a provider', () => {
  it('names a PayPal product with all plans of the business once as ours', () => {
    const lines = describeOffers({
      products: [
        product('SG-1', null, 'shop plans'),
        product('PROD-2', null, 'Something else'),
        product('SG-1', 'shop:plan:plus', 'shop:plan:plus'),
        product('SG-1', 'shop:plan:pro', 'shop:plan:pro'),
      ],
      prices: [price('P-1', 'SG-1', 'shop:plan:plus:month'), price('P-2', 'SG-1', 'shop:plan:pro:month')],
      meters: [],
    })
    expect(lines).toEqual([
      'SG-1  shop:plan:plus, shop:plan:pro  shop plans',
      '  P-1  19.00 USD month  shop:plan:plus:month',
      '  P-2  19.00 USD month  shop:plan:pro:month',
      'PROD-2  not of this catalog  Something else',
    ])
  })
})

import {
  decidePush,
  describeStep,
  type DesiredOffers,
  type DesiredProduct,
} from '#services/billing/catalog-push/decide-push.js'
import type { ProviderOffers, ProviderPrice } from '#services/billing/providers/offer-port.js'

const price = {
  priceId: 'prc_1',
  lookupKey: 'shop:plan:plus:month:usd:2000',
  linkedTo: 'price_1',
  linkedProduct: 'prod_1',
  taxes: null,
} as const
const terms = { amountMinor: 2000, currency: 'USD', interval: 'MONTH' } as const
const plus: DesiredProduct = { key: 'shop:plan:plus', name: 'Plus', active: true, prices: [{ ...price, ...terms }] }
const wanted = (product: DesiredProduct = plus): DesiredOffers => ({
  business: 'shop',
  products: [product],
  meters: [],
})

const theirProduct = { externalId: 'prod_1', key: 'shop:plan:plus', name: 'Plus', active: true }
const theirPrice: ProviderPrice = {
  externalId: 'price_1',
  externalProductId: 'prod_1',
  lookupKey: price.lookupKey,
  active: true,
  ...terms,
}
const has = (changed: Partial<ProviderOffers> = {}): ProviderOffers => ({
  products: [theirProduct],
  prices: [theirPrice],
  meters: [],
  ...changed,
})
const lines = (offers: DesiredOffers, theirs: ProviderOffers) => decidePush(offers, theirs).map(describeStep)

describe('Push from provider state to catalog', () => {
  it('does nothing if both are equal', () => {
    expect(decidePush(wanted(), has())).toEqual([])
  })

  it.each<[string, DesiredOffers, ProviderOffers, string[]]>([
    [
      'an empty provider gets the product, then its price',
      wanted({ ...plus, prices: [{ ...price, ...terms, linkedTo: null }] }),
      has({ products: [], prices: [] }),
      ['create product shop:plan:plus (Plus)', 'create price shop:plan:plus:month:usd:2000'],
    ],
    [
      'a push that was cut off between the two goes on from there',
      wanted(),
      has({ prices: [] }),
      ['create price shop:plan:plus:month:usd:2000'],
    ],
    [
      'a push that was cut off before its note only notes',
      wanted({ ...plus, prices: [{ ...price, ...terms, linkedTo: null }] }),
      has(),
      ['note price shop:plan:plus:month:usd:2000 as price_1'],
    ],
    [
      'a note of another product is replaced',
      wanted({ ...plus, prices: [{ ...price, ...terms, linkedProduct: 'prod_2' }] }),
      has(),
      ['note price shop:plan:plus:month:usd:2000 as price_1'],
    ],
    [
      'a changed price: the new one is made before the old one is archived',
      wanted({
        ...plus,
        prices: [{ ...price, ...terms, amountMinor: 2500, lookupKey: 'shop:plan:plus:month:usd:2500', linkedTo: null }],
      }),
      has(),
      ['create price shop:plan:plus:month:usd:2500', 'archive price shop:plan:plus:month:usd:2000'],
    ],
    [
      'a price that comes back is restored, not made twice',
      wanted(),
      has({ prices: [{ ...theirPrice, active: false }] }),
      ['restore price shop:plan:plus:month:usd:2000'],
    ],
    [
      'a price whose terms were changed by hand is made again',
      wanted(),
      has({ prices: [{ ...theirPrice, amountMinor: 1 }] }),
      ['create price shop:plan:plus:month:usd:2000'],
    ],
    [
      'a new name',
      wanted({ ...plus, name: 'Plus for teams' }),
      has(),
      ['rename product shop:plan:plus: Plus → Plus for teams'],
    ],
    [
      'a plan that is no longer sold',
      wanted({ ...plus, active: false }),
      has(),
      ['archive product shop:plan:plus', 'archive price shop:plan:plus:month:usd:2000'],
    ],
    [
      'one that is sold again',
      wanted(),
      has({ products: [{ ...theirProduct, active: false }] }),
      ['restore product shop:plan:plus'],
    ],
    [
      'a free plan, which is no product at a provider',
      wanted({ ...plus, prices: [] }),
      has({ products: [], prices: [] }),
      [],
    ],
    [
      "what somebody else made is left alone, and another business's too",
      wanted(),
      has({
        products: [theirProduct, { externalId: 'prod_x', key: null, name: 'T-shirt', active: true }],
        prices: [
          theirPrice,
          { ...theirPrice, externalId: 'price_x', lookupKey: null },
          { ...theirPrice, externalId: 'price_y', lookupKey: 'shop-two:plan:plus:month:usd:1' },
        ],
      }),
      [],
    ],
    [
      'a price that does not say whether it contains its taxes',
      wanted({ ...plus, prices: [{ ...price, ...terms, taxes: 'INCLUSIVE' }] }),
      has(),
      ['set price shop:plan:plus:month:usd:2000 to contain taxes'],
    ],
    [
      'a price whose taxes the catalog no longer wants: nothing is charged differently at the provider',
      wanted(),
      has({ products: [theirProduct], prices: [{ ...theirPrice, taxes: 'INCLUSIVE' }] }),
      [],
    ],
    [
      'a meter',
      { ...wanted(), meters: [{ feature: 'chat', eventName: 'chat_message', name: 'Chat' }] },
      has(),
      ['create meter chat_message'],
    ],
  ])('%s', (_what, ours, theirs, expected) => {
    expect(lines(ours, theirs)).toEqual(expected)
  })
})

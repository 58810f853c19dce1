import { stringify } from 'yaml'

/** The feature that is used: credits, in three grants for each account. */
export const FEATURE = 'units'

/** A catalog with credits to be used, a quota, and one plan to be bought. */
export const entitlementCatalog = (): string => stringify(content)

/** The same with a rate card of three dimensions and two tiers for the credits. */
export const ratedCatalog = (): string =>
  stringify({
    ...content,
    rate_cards: {
      [FEATURE]: {
        dimensions: { model: ['small', 'large'], mode: ['interactive', 'batch'], region: ['us', 'eu'] },
        versions: [
          {
            from: '2026-01-01',
            lines: [
              {
                quantity: 'input_tokens',
                when: { model: 'large' },
                graduated: [{ up_to: 10_000_000, price: '2.5' }, { price: '2' }],
                per: 1000,
              },
              { quantity: 'output_tokens', when: { model: 'large' }, price: '10', per: 1000 },
              { quantity: 'input_tokens', when: { model: 'small' }, price: '0.15', per: 1000 },
              { quantity: 'output_tokens', when: { model: 'small' }, price: '0.6', per: 1000 },
            ],
            multipliers: { mode: { batch: '0.5' }, region: { eu: '1.1' } },
          },
        ],
      },
    },
  })

/** The same with a pool of the credits. */
export const pooledCatalog = (): string => stringify({ ...content, pools: [FEATURE] })

const content = {
  business: 'bench',
  currency: 'USD',
  features: {
    [FEATURE]: { name: 'Units', kind: 'credit', unit: 'unit' },
    runs: { name: 'Runs', kind: 'quota', window: 'month' },
  },
  plans: {
    free: { name: 'Free', rank: 0, features: { runs: 1000 } },
    pro: { name: 'Pro', rank: 1, prices: { month: '10.00' }, features: { runs: 100000 } },
  },
}

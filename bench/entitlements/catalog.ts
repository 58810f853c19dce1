import { stringify } from 'yaml'

/** The feature that is used: credits, in three grants for each account. */
export const FEATURE = 'units'

/** A catalog with credits to be used, a quota, and one plan to be bought. */
export function entitlementCatalog(): string {
  return stringify({
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
  })
}

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

const card = (overage: string) => ({
  dimensions: { model: ['small', 'large'], mode: ['batch', 'interactive'] },
  overage,
  versions: [
    {
      from: '2026-01-01',
      lines: [
        { quantity: 'tokens', when: { model: 'small' }, price: '0.4' },
        { quantity: 'tokens', when: { model: 'large' }, graduated: [{ up_to: 100, price: 2 }, { price: 1 }] },
        { quantity: 'images', price: 3 },
      ],
      multipliers: { mode: { batch: '0.5' } },
      plans: { pro: { multiplier: '0.9', lines: [{ quantity: 'images', price: 2 }] } },
    },
    { from: '2026-02-10', minimum: 5, lines: [{ quantity: 'tokens', price: 1 }] },
  ],
})

/** Path of a catalog with three kinds of credits, one for each policy of overage, whose tiers count in a calendar month. */
export function ratedCatalog(): string {
  const kinds = ['reject', 'cap', 'overflow']
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-rated-')), 'catalog.yaml')
  const features = Object.fromEntries(
    kinds.map((kind) => [`${kind}_credits`, { name: `${kind} credits`, kind: 'credit', unit: 'credit' }]),
  )
  writeFileSync(
    path,
    stringify({
      business: 'rated',
      currency: 'USD',
      spend_caps: ['plain_credits', 'cap_credits', 'overflow_credits'],
      features: { ...features, plain_credits: { name: 'Plain credits', kind: 'credit' } },
      rate_cards: Object.fromEntries(kinds.map((kind) => [`${kind}_credits`, card(kind)])),
      plans: {
        free: { name: 'Free', rank: 0, features: Object.fromEntries(kinds.map((kind) => [`${kind}_credits`, 500])) },
        pro: {
          name: 'Pro',
          rank: 1,
          prices: { month: '10.00' },
          features: Object.fromEntries(kinds.map((kind) => [`${kind}_credits`, 500])),
        },
      },
    }),
  )
  return path
}

/** Work as input of GraphQL. */
export const workInput = (quantities: Record<string, number>, dimensions: Record<string, string> = {}) => ({
  quantities: Object.entries(quantities).map(([name, amount]) => ({ name, amount })),
  dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
})

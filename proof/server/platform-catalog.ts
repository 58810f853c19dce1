import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

/** The feature whose units sub-accounts share. */
export const POOLED = 'shared'
/** Units of the free plan. */
export const FREE = { ai_stories: 25, slots: 3, seats: 2, deployments: 1 } as const
/** Credits of one pack, and its price in cents. */
export const PACK = { code: 'pack_100', units: 100, price: 500 } as const
/** Units of one token of work. */
export const TOKEN_PRICE = 2
/** Price of the paid template in cents. */
export const TEMPLATE_PRICE = 2900
/** The vendor's share of it: 80 percent. */
export const VENDOR_SHARE = 2320

interface CatalogFile {
  readonly features: Record<string, object>
  readonly plans: Record<string, { features: Record<string, unknown> }>
  [key: string]: unknown
}

/** Writes a catalog with the plans and templates of `try-direct`, and one feature of each kind that is used up. Returns its path. */
export function platformCatalog(): string {
  const catalog = parse(readFileSync('catalogs/try-direct.yaml', 'utf8')) as CatalogFile
  catalog.features['ai_stories'] = { name: 'AI stories', kind: 'quota', unit: 'AI story', window: 'month' }
  catalog.features['slots'] = { name: 'Slots', kind: 'limit', unit: 'slot' }
  catalog.features['seats'] = { name: 'Seats', kind: 'limit', unit: 'seat' }
  catalog.features['credits'] = { name: 'Credits', kind: 'credit', unit: 'credit' }
  catalog.features['work'] = { name: 'Work', kind: 'credit', unit: 'unit of work' }
  catalog.features[POOLED] = { name: 'Shared units', kind: 'credit', unit: 'unit' }
  catalog['pools'] = [POOLED]
  catalog['spend_caps'] = ['credits']
  catalog['balance_alerts'] = ['credits']
  catalog['top_ups'] = { packages: [PACK.code], max_per_month: 30 }
  catalog['seats'] = ['seats']
  catalog['rate_cards'] = {
    work: { versions: [{ from: '2026-01-01', lines: [{ quantity: 'tokens', price: TOKEN_PRICE }] }] },
  }
  for (const plan of Object.values(catalog.plans))
    Object.assign(plan.features, {
      ai_stories: FREE.ai_stories,
      slots: FREE.slots,
      seats: FREE.seats,
      restart_rate: 1_000,
    })
  catalog['packages'] = {
    [PACK.code]: {
      name: '100 credits',
      description: 'A hundred credits.',
      type: 'credit_pack',
      price: { USD: PACK.price / 100 },
      grants: { credits: PACK.units },
      // Longer than any run, so that only refunds end it.
      valid_for: '3650d',
    },
  }
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-platform-')), 'catalog.yaml')
  writeFileSync(path, stringify(catalog))
  return path
}

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Storage in GB that each plan has by itself; an add-on adds ten. */
export const STORAGE: Readonly<Record<string, number>> = { free: 1, small: 10, large: 100 }

/** Data of products for the model, by their names at the provider. */
export const PRODUCTS: Readonly<Record<string, { kind: 'plan' | 'addon'; code: string }>> = {
  Small: { kind: 'plan', code: 'small' },
  Large: { kind: 'plan', code: 'large' },
  'More storage': { kind: 'addon', code: 'more_storage' },
}

/** Price per month and per year, in cents. */
export const PRICES: Readonly<Record<string, { month: number; year: number }>> = {
  small: { month: 1000, year: 10_000 },
  large: { month: 9000, year: 90_000 },
  more_storage: { month: 500, year: 500 },
}

const CATALOG = `
business: money
currency: USD
group: main
return_urls: client
near_limit: 80
trials: { once_per: [] }
features:
  servers:    { name: Servers, kind: limit, unit: server }
  storage_gb: { name: Storage, kind: limit, unit: GB }
plans:
  free:
    name: Free
    description: Nothing to pay.
    rank: 0
    features: { servers: 1, storage_gb: ${STORAGE['free']} }
  small:
    name: Small
    description: Ten dollars a server and month.
    rank: 1
    prices: { month: 10.00, year: 100.00, per: server }
    trial_days: 14
    features: { servers: { amount: 1, per: server }, storage_gb: ${STORAGE['small']} }
  large:
    name: Large
    description: Ninety dollars a server and month.
    rank: 2
    prices: { month: 90.00, year: 900.00, per: server }
    features: { servers: { amount: 1, per: server }, storage_gb: ${STORAGE['large']} }
packages:
  more_storage:
    name: More storage
    description: Ten GB more.
    type: addon
    price: { USD: 5.00 }
    grants: { storage_gb: 10 }
`

/** Writes the catalog of the table to a new file and returns its path. */
export function writeCatalog(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-money-')), 'catalog.yaml')
  writeFileSync(path, CATALOG)
  return path
}

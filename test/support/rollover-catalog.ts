import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

export const ROLLING_WINDOWS = ['hour', 'day', 'week', 'month', 'billing_period', '10d'] as const

/**
 * Writes a catalog whose plans roll over: Pro quotas of each window, all unused units of them, and half of its words for two windows; Free some words; Team
 * words by the seat; Local a quota whose days begin in the time zone of the account. Nothing of Basic and Max does.
 */
export function rolloverCatalog(windows: readonly string[] = ROLLING_WINDOWS): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-rollover-')), 'catalog.yaml')
  const named = windows.map((window) => [`calls_${window}`, { name: 'Calls', kind: 'quota', window }] as const)
  const calls = named.map(([code]) => [code, { amount: 50_000, rollover: { share: 100 } }] as const)
  const words = { name: 'Words', kind: 'quota', unit: 'word', window: 'month' }
  const rollover = { share: 50, maximum: 60, periods: 2 }
  const catalog = {
    business: 'rollover',
    currency: 'USD',
    pools: ['words'],
    features: {
      ...Object.fromEntries(named),
      words,
      local_calls: { name: 'Local calls', kind: 'quota', window: 'day', time_zone: 'account' },
    },
    plans: {
      free: { name: 'Free', rank: 0, features: { words: { amount: 10, rollover: { amount: 4 } } } },
      basic: { name: 'Basic', rank: 1, prices: { month: 5 }, features: { words: 20 } },
      pro: {
        name: 'Pro',
        rank: 2,
        prices: { month: 10 },
        trial_days: 40,
        features: { ...Object.fromEntries(calls), words: { amount: 100, rollover } },
      },
      team: {
        name: 'Team',
        rank: 3,
        prices: { month: 20, per: 'seat' },
        features: { words: { amount: 500, per: 'seat', rollover: { share: 100 } } },
      },
      local: {
        name: 'Local',
        rank: 5,
        prices: { month: 1 },
        features: { local_calls: { amount: 50, rollover: { share: 100 } } },
      },
      max: {
        name: 'Max',
        rank: 4,
        prices: { month: 30 },
        features: Object.fromEntries(named.map(([code]) => [code, 200_000])),
      },
    },
    packages: {
      words_30: { name: '30 words', type: 'credit_pack', price: 3, grants: { words: 30 }, valid_for: '90d' },
    },
  }
  writeFileSync(path, stringify(catalog))
  return path
}

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

/** Quota of the catalog: 25 per month in every plan. */
export const USAGE_FEATURE = 'ai_stories'

interface CatalogFile {
  readonly features: Record<string, object>
  readonly plans: Record<string, { features?: Record<string, unknown> }>
}

/** Path of a catalog with the templates of `try-direct` and a quota. */
export function usageCatalog(): string {
  const catalog = parse(readFileSync('catalogs/try-direct.yaml', 'utf8')) as CatalogFile
  catalog.features[USAGE_FEATURE] = { name: 'AI stories', kind: 'quota', unit: 'AI story', window: 'month' }
  for (const plan of Object.values(catalog.plans)) plan.features = { ...plan.features, [USAGE_FEATURE]: 25 }
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-catalog-')), 'catalog.yaml')
  writeFileSync(path, stringify(catalog))
  return path
}

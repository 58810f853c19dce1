import { caprover } from './caprover.js'
import { compose } from './compose.js'
import { coolify } from './coolify.js'
import { dokploy } from './dokploy.js'
import { importApp } from './finish-import.js'
import type { ImportedTemplate, Store } from './imported-template.js'
import { runtipi } from './runtipi.js'
import { umbrel } from './umbrel.js'

/** Stores whose apps can be imported, by name. */
export const STORES = { caprover, compose, coolify, dokploy, runtipi, umbrel } as const satisfies Record<string, Store>

/** Pure: every app among the files of a store, as a draft or with the reason why it is none. */
export function importApps(store: keyof typeof STORES, files: ReadonlyMap<string, string>): ImportedTemplate[] {
  const slugs = new Set<string>()
  return STORES[store].apps(files).map((app) => {
    const imported = importApp(STORES[store], app)
    if (imported.kind === 'refused' || !slugs.has(imported.draft.slug)) {
      if (imported.kind === 'draft') slugs.add(imported.draft.slug)
      return imported
    }
    return { kind: 'refused', app: app.name, reason: `Another app has the slug ${imported.draft.slug}.` }
  })
}

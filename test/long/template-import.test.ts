import { existsSync, statSync } from 'node:fs'
import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { deployableDefinition } from '#services/marketplace/templates/parameters/template-files.js'
import { STORES } from '#services/marketplace/import/stores.js'
import { importTemplates, type StoreName } from '#startup/template-commands.js'
import { loadInComposeGo } from '../support/compose-go.js'
import { itUnless, withoutGo } from '../support/skip.js'

/** Part of the apps of a store that become drafts. The least of the measured ones is 91 %. */
const LEAST_PART = 0.85

/**
 * `IMPORT_RUNTIPI=folder npm run test:long -- template-import`: drafts of the apps of real stores are accepted by our checker and by the
 * reference implementation of Compose. There is a variable for each store. The folders are copies of their repositories.
 */
describe('Import of whole stores', () => {
  for (const store of Object.keys(STORES) as StoreName[]) {
    const variable = `IMPORT_${store.toUpperCase()}`
    const folder = process.env[variable] ?? ''
    const isFolder = existsSync(folder) && statSync(folder).isDirectory()
    itUnless(isFolder ? withoutGo() : `needs ${variable}`)(`makes drafts of ${store} that load`, async () => {
      const imported = importTemplates(store, folder)
      const drafts = imported.flatMap((each) => (each.kind === 'draft' ? [each.draft] : []))
      const answers = await loadInComposeGo(drafts.map((draft) => JSON.stringify(deployableDefinition(draft))))
      const unloadable = answers.flatMap(({ loads, error }, index) => (loads ? [] : [[drafts[index]!.slug, error]]))
      process.stderr.write(
        `${store}: ${imported.length} apps, ${drafts.length} drafts, ${drafts.length - unloadable.length} load\n`,
      )
      expect(drafts.filter(({ definition }) => checkDefinition(definition).kind !== 'valid')).toEqual([])
      expect(unloadable).toEqual([])
      expect(drafts.length / imported.length).toBeGreaterThan(LEAST_PART)
    })
  }
})

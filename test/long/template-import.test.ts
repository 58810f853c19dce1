import { existsSync, statSync } from 'node:fs'
import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { deployableDefinition } from '#services/marketplace/templates/parameters/template-files.js'
import { STORES } from '#services/marketplace/import/stores.js'
import { importTemplates, type StoreName } from '#startup/template-commands.js'
import { loadInComposeGo } from '../support/compose-go.js'
import { itUnless, withoutGo } from '../support/skip.js'

/** Part of the apps of a store that become drafts. The least of the measured ones is 93 %. */
const LEAST_PART = 0.9
/** Plain compose files of examples often build an image. */
const LEAST_PART_OF_COMPOSE = 0.6
/** Drafts of all stores together. */
const LEAST_DRAFTS = 1_850

/**
 * `IMPORT_RUNTIPI=folder npm run test:long -- template-import`: drafts of the apps of real stores are accepted by our checker and by the
 * reference implementation of Compose. There is a variable for each store. The folders are copies of their repositories.
 * With all variables, `IMPORT_COMPOSE` has awesome-compose and the templates of Portainer.
 */
describe('Import of whole stores', () => {
  const drafted = new Map<StoreName, number>()
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
      drafted.set(store, drafts.length)
      const least = store === 'compose' ? LEAST_PART_OF_COMPOSE : LEAST_PART
      expect(drafts.length / imported.length).toBeGreaterThan(least)
      // Every other app says why in a sentence.
      const reasons = imported.flatMap((each) => (each.kind === 'refused' ? [each.reason] : []))
      expect(reasons.filter((reason) => !/^[A-Z\w].{8,600}\.$/s.test(reason))).toEqual([])
    })
  }

  const missing = Object.keys(STORES).filter((store) => !process.env[`IMPORT_${store.toUpperCase()}`])
  itUnless(missing.length > 0 ? `needs folders of ${missing.join(', ')}` : withoutGo())(
    `makes at least ${LEAST_DRAFTS} drafts of all stores`,
    () => {
      const together = [...drafted.values()].reduce((sum, each) => sum + each, 0)
      process.stderr.write(`together: ${together} drafts\n`)
      expect(together).toBeGreaterThanOrEqual(LEAST_DRAFTS)
    },
  )
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushCatalog } from '#services/billing/catalog-push/push-catalog.js'
import { loadCatalogFile } from '#services/catalog/load/catalog-versions.js'
import { eventually, type TestServer } from './test-server.js'

/** A copy of a catalog that a test changes while its server runs. */
export interface ChangeableCatalog {
  readonly path: string
  /** Loads the catalog with changes, and pushes it to Stripe. `plan` has the version afterwards. */
  change(
    server: TestServer,
    edit: (text: string) => string,
    expected: { readonly plan: string; readonly version: number },
  ): Promise<void>
  remove(): void
}

/** @param text Default: the catalog try-direct. */
export function changeableCatalog(
  text: string = readFileSync(join(process.cwd(), 'catalogs/try-direct.yaml'), 'utf8'),
): ChangeableCatalog {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
  const path = join(folder, 'next.yaml')
  writeFileSync(path, text)
  return {
    path,
    async change(server, edit, { plan, version }) {
      writeFileSync(path, edit(readFileSync(path, 'utf8')))
      const { context } = server.app
      await loadCatalogFile(context.database, path)
      await eventually(
        () => context.catalog.current().planByCode.get(plan)!.version,
        (found) => found === version,
      )
      await pushCatalog(context, context.providers.STRIPE!, context.catalog.current())
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Basic includes four deployments instead of three at the same price; Plus costs 25 dollars and includes twelve instead of ten. */
export const nextTerms = (text: string): string =>
  text
    .replace(/deployments:     3 /, 'deployments:     4 ')
    .replace('prices: { month: 20.00, year: 200.00', 'prices: { month: 25.00, year: 200.00')
    .replace(/deployments:     10 /, 'deployments:     12 ')

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** File of a catalog of the repository whose taxes the provider calculates. */
export function taxedCatalog(name: string, taxes: 'automatic' | 'inclusive' = 'automatic'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-catalog-')), 'taxed.yaml')
  const text = readFileSync(join(process.cwd(), `catalogs/${name}.yaml`), 'utf8')
  writeFileSync(
    path,
    text.replace(/^currency:.*$/m, (line) => `${line}\ntaxes: ${taxes}`),
  )
  return path
}

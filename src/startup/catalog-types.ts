import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { CatalogFileError, printIssue } from '../services/catalog/definition/catalog-file-error.js'
import { writeCatalogKeys, type KeyLanguage } from '../services/catalog/keys/catalog-keys.js'
import { catalogPath, readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { readConfig } from '../services/kernel/config/config.js'
import { AppError } from '../services/kernel/errors/app-error.js'

export interface CatalogTypesOptions {
  /** Name in `catalogs/`, or a path. Default: CATALOG. */
  readonly catalog?: string | undefined
  readonly language: KeyLanguage
}

/** Declarations, or the reasons why there are none, one line each. */
export type CatalogTypes = { readonly text: string } | { readonly problems: readonly string[] }

/** Writes the keys of a catalog file as declarations of a language. */
export function catalogTypes(env: NodeJS.ProcessEnv, { catalog, language }: CatalogTypesOptions): CatalogTypes {
  try {
    return { text: writeCatalogKeys(readCatalogFile(catalog ?? readConfig(env).catalog), language) }
  } catch (error) {
    if (error instanceof CatalogFileError) return { problems: error.problems.map(printIssue) }
    // A file that is written by renaming is missing for a moment.
    if (error instanceof AppError) return { problems: [error.message] }
    throw error
  }
}

/** Writes the text to a file that has another one. Returns false if the file already has the text. */
export function writeIfChanged(file: string, text: string): boolean {
  if (isWritten(file, text)) return false
  writeFileSync(file, text)
  return true
}

/** True if the file has this text. */
export const isWritten = (file: string, text: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isFile() === true && readFileSync(file, 'utf8') === text

/** Milliseconds between two looks at the catalog file. */
const WATCH_MS = 300

/** Calls back at once and after each change of the catalog file, until the process ends. */
export function watchCatalog(env: NodeJS.ProcessEnv, catalog: string | undefined, onChange: () => void): void {
  const path = catalogPath(catalog ?? readConfig(env).catalog)
  const look = (): string | undefined => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return undefined // `onChange` says why it cannot be read.
    }
  }
  // The text before the first call is the one to compare with: a change during that call is a change.
  let seen = look()
  onChange()
  setInterval(() => {
    const now = look()
    if (now === seen) return
    seen = now
    onChange()
  }, WATCH_MS)
}

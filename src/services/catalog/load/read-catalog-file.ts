import { readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { AppError } from '#services/kernel/errors/app-error.js'
import { projectFolder } from '#services/kernel/project-folder.js'
import { parseCatalog } from '../definition/parse-catalog.js'
import type { CatalogDefinition } from '../definition/types.js'

/** Reads a catalog by its name in `catalogs/` or by the path of a YAML file. */
export function readCatalogFile(nameOrPath: string): CatalogDefinition {
  const path = /[/\\]|\.ya?ml$/.test(nameOrPath) ? resolve(nameOrPath) : join(catalogsFolder(), `${nameOrPath}.yaml`)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new AppError('CONFIGURATION', `CATALOG: catalog ${nameOrPath} not found (path ${path})`)
  try {
    return parsedOnce(readFileSync(path, 'utf8'), basename(path))
  } catch (error) {
    if (error instanceof RangeError)
      throw new AppError('CONFIGURATION', `CATALOG: ${path} is nested too deeply`, { cause: error })
    throw error
  }
}

let last: { readonly text: string; readonly fileName: string; readonly definition: CatalogDefinition } | null = null

/** A start reads the same file several times; it is parsed again only when it has changed. Nothing changes a definition. */
function parsedOnce(text: string, fileName: string): CatalogDefinition {
  if (last?.text !== text || last.fileName !== fileName)
    last = { text, fileName, definition: parseCatalog(text, fileName) }
  return last.definition
}

const catalogsFolder = (): string => join(projectFolder(), 'catalogs')

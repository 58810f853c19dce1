import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { AppError } from '#services/kernel/errors/app-error.js'
import { projectFolder } from '#services/kernel/project-folder.js'
import { didYouMean } from '#services/kernel/text/nearest-name.js'
import { parseCatalog } from '../definition/parse-catalog.js'
import type { CatalogDefinition } from '../definition/types.js'

/** The file of a catalog by its name or path. */
export const catalogPath = (nameOrPath: string): string =>
  /[/\\]|\.ya?ml$/.test(nameOrPath) ? resolve(nameOrPath) : join(catalogsFolder(), `${nameOrPath}.yaml`)

/** Reads a catalog by its name in `catalogs/` or by the path of a YAML file. */
export function readCatalogFile(nameOrPath: string): CatalogDefinition {
  const path = catalogPath(nameOrPath)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new AppError('CONFIGURATION', `CATALOG: ${notFound(nameOrPath, path)}`)
  try {
    return parsedOnce(readFileSync(path, 'utf8'), basename(path))
  } catch (error) {
    if (error instanceof RangeError)
      throw new AppError('CONFIGURATION', `CATALOG: ${path} is nested too deeply`, { cause: error })
    throw error
  }
}

function notFound(nameOrPath: string, path: string): string {
  const folder = catalogsFolder()
  const names = statSync(folder, { throwIfNoEntry: false })
    ? readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? [])
    : []
  const accepted = [...names.toSorted(), 'or the path of a YAML file'].join(', ')
  return `catalog ${nameOrPath} not found (path ${path})${didYouMean(nameOrPath, names) || '.'} Accepted are ${accepted}.`
}

let last: { readonly text: string; readonly fileName: string; readonly definition: CatalogDefinition } | null = null

/** A start reads the same file several times; it is parsed again only when it has changed. Nothing changes a definition. */
function parsedOnce(text: string, fileName: string): CatalogDefinition {
  if (last?.text !== text || last.fileName !== fileName)
    last = { text, fileName, definition: parseCatalog(text, fileName) }
  return last.definition
}

const catalogsFolder = (): string => join(projectFolder(), 'catalogs')

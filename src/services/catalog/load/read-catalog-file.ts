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

/** Text of a catalog, and the name of its problems. */
export interface CatalogText {
  readonly text: string
  readonly fileName: string
}

/** Reads the text of a catalog by its name in `catalogs/` or by the path of a YAML file. */
export function readCatalogText(nameOrPath: string): CatalogText {
  const path = catalogPath(nameOrPath)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new AppError('CONFIGURATION', `CATALOG: ${notFound(nameOrPath, path)}`)
  return { text: readFileSync(path, 'utf8'), fileName: basename(path) }
}

/** Reads a catalog by its name in `catalogs/` or by the path of a YAML file. */
export const readCatalogFile = (nameOrPath: string): CatalogDefinition => parsedOnce(readCatalogText(nameOrPath))

function notFound(nameOrPath: string, path: string): string {
  const folder = catalogsFolder()
  const names = statSync(folder, { throwIfNoEntry: false })
    ? readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? [])
    : []
  const accepted = [...names.toSorted(), 'or the path of a YAML file'].join(', ')
  return `catalog ${nameOrPath} not found (path ${path})${didYouMean(nameOrPath, names) || '.'} Accepted are ${accepted}.`
}

let last: { readonly text: string; readonly definition: CatalogDefinition } | null = null

/** A start reads the same text several times; it is parsed again only when it has changed. Nothing changes a definition. */
export function parsedOnce({ text, fileName }: CatalogText): CatalogDefinition {
  if (last?.text !== text) last = { text, definition: parseCatalog(text, fileName) }
  return last.definition
}

const catalogsFolder = (): string => join(projectFolder(), 'catalogs')

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { AppError } from '#services/kernel/errors/app-error.js'
import { importApps, STORES } from '#services/marketplace/import/stores.js'
import { TOO_LARGE, type ImportedDraft, type ImportedTemplate } from '#services/marketplace/import/imported-template.js'

export type StoreName = keyof typeof STORES

const MAX_FILES = 50_000
/** A file of a template has at most half of it. */
const MAX_FILE_BYTES = 256 * 1024
const MAX_BYTES = 256 * 1024 ** 2

/** Imports the apps of a store from a folder. Writes each draft as a body of `POST /templates` if a folder is given for them. */
export function importTemplates(store: StoreName, folder: string, out?: string): ImportedTemplate[] {
  const imported = importApps(store, filesOf(folder))
  if (out !== undefined) {
    mkdirSync(out, { recursive: true })
    for (const each of imported)
      if (each.kind === 'draft') writeFileSync(join(out, `${each.draft.slug}.json`), bodyOf(each.draft))
  }
  return imported
}

/** Files below a folder by their paths. Links are left out, so that nothing outside the folder is read. */
function filesOf(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  let bytes = 0
  for (const file of filePaths(folder)) {
    const { size } = statSync(file)
    files.set(relative(folder, file), size > MAX_FILE_BYTES ? TOO_LARGE : readFileSync(file, 'utf8'))
    bytes += size > MAX_FILE_BYTES ? 0 : size
    if (files.size > MAX_FILES || bytes > MAX_BYTES)
      throw new AppError(
        'CONFIGURATION',
        `${folder} has more than ${MAX_FILES} files or ${MAX_BYTES / 1024 ** 2} MiB. Name the folder of the apps.`,
      )
  }
  return files
}

/** The option `recursive` of Node would follow links to folders. */
function* filePaths(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isFile()) yield path
    else if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') yield* filePaths(path)
  }
}

const bodyOf = ({ shortDescription, ...draft }: ImportedDraft): string =>
  `${JSON.stringify({ ...draft, short_description: shortDescription }, null, 2)}\n`

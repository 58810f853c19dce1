import type { CatalogVersionRow } from '#entities/catalog/catalog-version.entity.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { CatalogDefinition } from '../definition/types.js'
import { CATALOG_TOPIC } from '../snapshot/open-catalog.js'
import { fingerprint } from '../versions/fingerprint.js'
import { applyCatalog, lockCatalog } from './load-catalog.js'
import { parsedOnce, readCatalogText, type CatalogText } from './read-catalog-file.js'

/** Number of the draft, which is no version yet. */
export const DRAFT = 0

/** The newest version. Undefined before the first catalog was loaded. */
export const currentVersion = ({ query }: Sql): Promise<CatalogVersionRow | undefined> =>
  query
    .selectFrom('catalog_version')
    .selectAll()
    .where('number', '>', DRAFT)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Name of a version in its problems. */
const nameOf = ({ number }: CatalogVersionRow): string => `version ${number} of the catalog`

/** True if the file is another than the one that was loaded last. */
const isChanged = ({ text }: CatalogText, current: CatalogVersionRow | undefined): boolean =>
  current?.fileFingerprint !== fingerprint(text)

/** The catalog that counts: the file if it was changed since it was loaded, otherwise the newest version. */
async function chosenText(sql: Sql, nameOrPath: string) {
  const [file, current] = [readCatalogText(nameOrPath), await currentVersion(sql)]
  const isFile = !current || isChanged(file, current)
  const isSame = current?.text === file.text
  return { file, current, isFile, text: isFile || isSame ? file : { text: current.text, fileName: nameOf(current) } }
}

/** The catalog that a start would load now. */
export const nextCatalog = async (sql: Sql, nameOrPath: string): Promise<CatalogDefinition> =>
  parsedOnce((await chosenText(sql, nameOrPath)).text)

/** The catalog that was loaded last. The file, if none was. */
export async function installedCatalog(sql: Sql, nameOrPath: string): Promise<CatalogDefinition> {
  const current = await currentVersion(sql)
  return parsedOnce(current ? { text: current.text, fileName: nameOf(current) } : readCatalogText(nameOrPath))
}

/** True if the file on this machine was changed since it was loaded: the next start loads it. */
export const isFileChanged = (nameOrPath: string, current: CatalogVersionRow): boolean =>
  isChanged(readCatalogText(nameOrPath), current)

export interface LoadedFile {
  readonly definition: CatalogDefinition
  /** Number of changes that were made. */
  readonly changes: number
  /** The version that counts instead of the file, because an operator published it and the file was not changed since. */
  readonly insteadOfFile: CatalogVersionRow | null
  /** The version of an operator that the changed file replaced. */
  readonly replaced: CatalogVersionRow | null
}

/**
 * Loads the catalog that counts: the file if it was changed since it was loaded, otherwise the newest version. Loading the same catalog again
 * changes nothing. @param verify throws if this server cannot run the catalog
 */
export function loadCatalogFile(
  database: Database,
  nameOrPath: string,
  verify: (definition: CatalogDefinition) => void = () => undefined,
): Promise<LoadedFile> {
  return database.transaction(async (transaction) => {
    await lockCatalog(transaction)
    const { file, current, isFile, text } = await chosenText(transaction, nameOrPath)
    const definition = parsedOnce(text)
    verify(definition)
    const changes = await applyCatalog(transaction, definition)
    if (isFile) await recordFile(transaction, file.text, current)
    const isPublished = current?.source === 'EDITOR' && current.text !== file.text
    return {
      definition,
      changes: changes.length,
      insteadOfFile: isPublished && !isFile ? current : null,
      replaced: isPublished && isFile ? current : null,
    }
  })
}

/** Says which catalog a start has loaded, if file and editor differ. */
export function reportChoice(log: Logger, { insteadOfFile, replaced }: LoadedFile): void {
  if (insteadOfFile)
    log.warn(
      { version: insteadOfFile.number, fix: 'download the catalog on the page Catalog and save it as the file' },
      'the catalog that an operator published counts, because the file was not changed since',
    )
  if (replaced)
    log.warn(
      {
        version: replaced.number,
        fix: 'publish the version again on the page Catalog, if the file was not meant to replace it',
      },
      'the catalog file was changed and replaced the catalog that an operator had published',
    )
}

/** An operator can put the published catalog into the file: then only the file is another one. */
async function recordFile(
  transaction: Transaction,
  text: string,
  current: CatalogVersionRow | undefined,
): Promise<void> {
  const fileFingerprint = fingerprint(text)
  if (current?.text === text)
    await transaction.query
      .updateTable('catalog_version')
      .set({ fileFingerprint })
      .where('number', '=', current.number)
      .execute()
  else await addVersion(transaction, { number: (current?.number ?? DRAFT) + 1, source: 'FILE', text, fileFingerprint })
}

/** Adds a version, which every process reads after the commit. */
export async function addVersion(
  transaction: Transaction,
  version: Pick<CatalogVersionRow, 'number' | 'source' | 'text' | 'fileFingerprint'> &
    Partial<Pick<CatalogVersionRow, 'author' | 'reason'>>,
): Promise<void> {
  await transaction.query.insertInto('catalog_version').values(version).execute()
  transaction.announce(CATALOG_TOPIC)
}

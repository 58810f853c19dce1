import { sql } from 'kysely'
import type { Database } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { createSecretBox, keyIdOf } from './secret-box.js'
import type { SealedColumn } from './sealed-column.js'

/** Number of secrets that each key decrypts. */
export interface SealedCount {
  /** Key names in the order in which they are configured, the sealing one first. */
  readonly byKey: Readonly<Record<string, number>>
  /** Sealed by a key that is not configured, or damaged. */
  readonly unopened: readonly string[]
}

const CHUNK = 500

interface SealedRow {
  readonly key: string
  readonly sealed: string
}

/** Tries each sealed secret with each key, to find the keys that are still needed. */
export async function countSealed(
  database: Sql,
  columns: readonly SealedColumn[],
  keys: readonly string[],
): Promise<SealedCount> {
  const boxes = keys.map((key) => ({ id: keyIdOf(key), box: createSecretBox([key]) }))
  const byKey = Object.fromEntries(boxes.map(({ id }) => [id, 0]))
  const unopened: string[] = []
  for (const column of columns)
    for await (const rows of chunks(database, column))
      for (const row of rows) {
        const opener = boxes.find(({ box }) => opens(() => box.open(row.sealed, column.purpose(row.key))))
        if (opener) byKey[opener.id]!++
        else unopened.push(`${column.table}.${column.column} of ${row.key}`)
      }
  return { byKey, unopened }
}

/**
 * Reseals secrets of other keys with the first key. A row is changed only if it is unchanged since it was read, so
 * servers keep running. An interrupted run can be repeated, because resealed secrets are recognized by their key.
 * Returns the number of resealed secrets.
 */
export async function reseal(
  database: Database,
  columns: readonly SealedColumn[],
  keys: readonly string[],
  onProgress: (resealed: number) => void = () => undefined,
): Promise<number> {
  const first = createSecretBox(keys.slice(0, 1))
  const all = createSecretBox(keys)
  let resealed = 0
  for (const column of columns)
    for await (const rows of chunks(database, column)) {
      const old = rows.filter(({ key, sealed }) => !opens(() => first.open(sealed, column.purpose(key))))
      for (const { key, sealed } of old) {
        const purpose = column.purpose(key)
        if (!opens(() => all.open(sealed, purpose))) continue // reported by countSealed and left unchanged
        const { numUpdatedRows } = await database.query
          // One of the tables stands for all: their union is too large a type.
          .updateTable(column.table as 'mail_message')
          .set(sql.ref<string>(column.column), first.seal(all.open(sealed, purpose), purpose))
          .where(sql.ref<string>(column.key), '=', key)
          .where(sql.ref<string>(column.column), '=', sealed)
          .executeTakeFirstOrThrow()
        resealed += Number(numUpdatedRows)
      }
      onProgress(resealed)
    }
  return resealed
}

async function* chunks(database: Sql, { table, column, key }: SealedColumn): AsyncGenerator<SealedRow[]> {
  for (let after = ''; ;) {
    const rows = await database.query
      // One of the tables stands for all: their union is too large a type.
      .selectFrom(table as 'mail_message')
      .select([sql.ref<string>(key).as('key'), sql.ref<string>(column).as('sealed')])
      .where(sql.ref(column), 'is not', null)
      .where(sql.ref<string>(key), '>', after)
      .orderBy(sql.ref(key))
      .limit(CHUNK)
      .execute()
    if (!rows.length) return
    yield rows
    after = rows.at(-1)!.key
  }
}

function opens(open: () => unknown): boolean {
  try {
    open()
    return true
  } catch {
    return false
  }
}

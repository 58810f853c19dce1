import { commandLine } from '#services/kernel/command-line.js'
import { sql } from 'kysely'
import type { Sql } from '../database/sql.js'
import { AppError } from '../errors/app-error.js'
import { keyIdOf } from './secret-box.js'

/**
 * The database names the keys that its processes seal with (`keyIdOf`, which does not reveal them). A process that lacks one of them
 * could not read what the others seal, so it must not start.
 */
export async function requireSameKeys(database: Sql, keys: readonly string[]): Promise<void> {
  const ids = keys.map(keyIdOf)
  // One statement: of two processes that start together with different keys, the second sees the key of the first.
  const added = await database.query
    .updateTable('installation')
    .set({ secretsKeyIds: withKey(ids[0]!) })
    .where('id', '=', 1)
    .where(sql<boolean>`secrets_key_ids <@ ${ids}::text[]`)
    .returning('id')
    .executeTakeFirst()
  if (added) return
  const missing = (await keysOfDatabase(database)).filter((id) => !ids.includes(id))
  throw new AppError(
    'CONFIGURATION',
    `SECRETS_KEY: the secrets of this database are sealed with the key ${missing.join(' and ')}, but this process has only ${ids.join(' and ')}. ` +
      "All processes must have the same SECRETS_KEY (a generated one is in the file secrets-key of the first server's DATA_DIR). " +
      `To change a key, keep the earlier one in the list and run ${commandLine('secrets rotate')}; if it is lost, ${commandLine('secrets adopt')}.`,
  )
}

/** Adds the key that this process seals with from now on. */
export async function addSealingKey(database: Sql, keys: readonly string[]): Promise<void> {
  await database.query
    .updateTable('installation')
    .set({ secretsKeyIds: withKey(keyIdOf(keys[0]!)) })
    .where('id', '=', 1)
    .execute()
}

/** The keys of the database and another one, each once. */
const withKey = (id: string) => sql<string[]>`array(select distinct unnest(secrets_key_ids || ${id}::text))`

/** Only these keys are needed from now on: everything is sealed with them. */
export async function replaceKnownKeys(database: Sql, keys: readonly string[]): Promise<void> {
  await database.query
    .updateTable('installation')
    .set({ secretsKeyIds: keys.map(keyIdOf) })
    .where('id', '=', 1)
    .execute()
}

async function keysOfDatabase(database: Sql): Promise<readonly string[]> {
  const row = await database.query
    .selectFrom('installation')
    .select('secretsKeyIds')
    .where('id', '=', 1)
    .executeTakeFirst()
  return row?.secretsKeyIds ?? []
}

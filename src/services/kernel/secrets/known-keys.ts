import type { Sql } from '../database/sql.js'
import { AppError } from '../errors/app-error.js'
import { keyIdOf } from './secret-box.js'

/**
 * The database names the keys that its processes seal with (`keyIdOf`, which does not reveal them). A process that lacks one of them
 * could not read what the others seal, so it must not start.
 */
export async function requireSameKeys(sql: Sql, keys: readonly string[]): Promise<void> {
  const ids = keys.map(keyIdOf)
  // One statement: of two processes that start together with different keys, the second sees the key of the first.
  const added = await sql.rows(
    `update installation set secrets_key_ids = array(select distinct unnest(secrets_key_ids || $1::text))
     where id = 1 and secrets_key_ids <@ $2::text[] returning id`,
    [ids[0], ids],
  )
  if (added.length) return
  const missing = (await keysOfDatabase(sql)).filter((id) => !ids.includes(id))
  throw new AppError(
    'CONFIGURATION',
    `SECRETS_KEY: the secrets of this database are sealed with the key ${missing.join(' and ')}, but this process has only ${ids.join(' and ')}. ` +
      "All processes must have the same SECRETS_KEY (a generated one is in the file secrets-key of the first server's DATA_DIR). " +
      `To change a key, keep the earlier one in the list and run npm run secrets -- rotate; if it is lost, npm run secrets -- adopt.`,
  )
}

/** Adds the key that this process seals with from now on. */
export async function addSealingKey(sql: Sql, keys: readonly string[]): Promise<void> {
  await sql.run(
    `update installation set secrets_key_ids = array(select distinct unnest(secrets_key_ids || $1::text)) where id = 1`,
    [keyIdOf(keys[0]!)],
  )
}

/** Only these keys are needed from now on: everything is sealed with them. */
export async function replaceKnownKeys(sql: Sql, keys: readonly string[]): Promise<void> {
  await sql.run(`update installation set secrets_key_ids = $1::text[] where id = 1`, [keys.map(keyIdOf)])
}

async function keysOfDatabase(sql: Sql): Promise<readonly string[]> {
  const [row] = await sql.rows<{ ids: string[] }>(`select secrets_key_ids as ids from installation where id = 1`)
  return row?.ids ?? []
}

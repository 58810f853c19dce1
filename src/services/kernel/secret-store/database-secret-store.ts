import type { StoredSecretRow } from '#entities/kernel/stored-secret.entity.js'
import type { Sql } from '../database/sql.js'
import type { SecretBox } from '../secrets/secret-box.js'
import type { SecretStore } from './secret-store.js'

/** Keeps secrets in a table, each sealed for its own path. */
export function databaseSecretStore(sql: Sql, secrets: SecretBox): SecretStore {
  const purpose = (path: string) => `stored_secret:${path}`
  return {
    kind: 'database',
    async read(path) {
      const row = await sql.row<Pick<StoredSecretRow, 'sealed'>>(`select sealed from stored_secret where path = $1`, [
        path,
      ])
      return row ? secrets.open(row.sealed, purpose(path)) : null
    },
    async write(path, value) {
      await sql.run(
        `insert into stored_secret (path, sealed) values ($1, $2)
         on conflict (path) do update set sealed = excluded.sealed, updated_at = now()`,
        [path, secrets.seal(value, purpose(path))],
      )
    },
    async remove(path) {
      await sql.run(`delete from stored_secret where path = $1`, [path])
    },
  }
}

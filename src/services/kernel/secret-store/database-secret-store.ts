import type { Sql } from '../database/sql.js'
import type { SecretBox } from '../secrets/secret-box.js'
import type { SecretStore } from './secret-store.js'

/** Keeps secrets in a table, each sealed for its own path. */
export function databaseSecretStore(database: Sql, secrets: SecretBox): SecretStore {
  const purpose = (path: string) => `stored_secret:${path}`
  return {
    kind: 'database',
    async read(path) {
      const row = await database.query
        .selectFrom('stored_secret')
        .select('sealed')
        .where('path', '=', path)
        .executeTakeFirst()
      return row ? secrets.open(row.sealed, purpose(path)) : null
    },
    async write(path, value) {
      await database.query
        .insertInto('stored_secret')
        .values({ path, sealed: secrets.seal(value, purpose(path)) })
        .onConflict((conflict) =>
          conflict
            .column('path')
            .doUpdateSet((eb) => ({ sealed: eb.ref('excluded.sealed'), updatedAt: eb.ref('excluded.updatedAt') })),
        )
        .execute()
    },
    async remove(path) {
      await database.query.deleteFrom('stored_secret').where('path', '=', path).execute()
    },
  }
}

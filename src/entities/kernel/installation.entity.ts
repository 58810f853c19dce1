import { defineEntity, p } from '@mikro-orm/postgresql'

/** Business of this database; one row. The server refuses to start with a different business. */
export const InstallationSchema = defineEntity({
  name: 'Installation',
  tableName: 'installation',
  properties: {
    id: p.integer().primary().autoincrement(false),
    business: p.text(),
    /** Names of the keys that secrets are sealed with (`keyIdOf`). */
    secretsKeyIds: p.array().default([]),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'installation_one_row', expression: 'id = 1' }],
})

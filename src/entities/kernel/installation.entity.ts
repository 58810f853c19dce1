import { defineEntity, p } from '@mikro-orm/postgresql'

/** What this database was set up for; one row. A different business is refused at start. */
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

import { defineEntity, p } from '@mikro-orm/postgresql'

/** A secret of the secret store, when no Vault keeps it; sealed for its path. */
export const StoredSecretSchema = defineEntity({
  name: 'StoredSecret',
  tableName: 'stored_secret',
  properties: {
    path: p.text().primary(),
    sealed: p.text(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
})

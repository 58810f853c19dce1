import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'
import { AccountSchema } from './account.entity.js'

/** A service key with scopes, for one account or for all. Only its hash is stored. */
export const ServiceKeySchema = defineEntity({
  name: 'ServiceKey',
  tableName: 'service_key',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    secretHash: p.text(),
    /** Accepted as well while a rotation overlaps. */
    previousSecretHash: p.text().nullable(),
    previousUntil: p.datetime().nullable(),
    scopes: p.array(),
    /** Permissions of an account session. Null for a key, whose scopes decide. */
    permissions: p.array().nullable(),
    // A key goes with its account: emptied instead, it would become a key for all accounts.
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').nullable().deleteRule('cascade'),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    /** User who created it, or the key that created an account session. Null for the command line. */
    createdBy: p.text().nullable(),
    /** Written now and then. */
    lastUsedAt: p.datetime().nullable(),
  },
  indexes: [
    { name: 'service_key_account', properties: ['accountId'] },
    sqlIndex('service_key_sessions', 'on "service_key" (created_by) where permissions is not null'),
  ],
})

export type ServiceKeyRow = RowOf<typeof ServiceKeySchema>

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A mutation with an idempotency key: the result is stored as a reference, so a repetition can select other fields. */
export const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    principal: p.text().primary(),
    accountId: p.text().primary(),
    mutation: p.text().primary(),
    key: p.text().primary(),
    /** Hash of the input; different input under the same key is denied. */
    fingerprint: p.text(),
    /** Null while the first call is in progress. */
    resultType: p.text().nullable(),
    resultId: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'idempotency_key_lookup', properties: ['principal', 'key'] }],
})

export type IdempotencyKeyRow = RowOf<typeof IdempotencyKeySchema>

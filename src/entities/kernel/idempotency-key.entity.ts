import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A mutation that was asked under a key: the answer is kept as a reference, so a repeat may select other fields of it. */
export const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    principal: p.text().primary(),
    accountId: p.text().primary(),
    mutation: p.text().primary(),
    key: p.text().primary(),
    /** Hash of the input; another input under the same key is refused. */
    fingerprint: p.text(),
    /** Null while the first call is under way. */
    resultType: p.text().nullable(),
    resultId: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'idempotency_key_lookup', properties: ['principal', 'key'] }],
})

export type IdempotencyKeyRow = RowOf<typeof IdempotencyKeySchema>

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A role may do something with something. What was removed stays as a row, so that seeding does not bring it back. */
export const PolicySchema = defineEntity({
  name: 'Policy',
  tableName: 'policy',
  properties: {
    id: p.text().primary(),
    subject: p.text(),
    object: p.text(),
    action: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    removedAt: p.datetime().nullable(),
  },
  uniques: [{ name: 'policy_once', properties: ['subject', 'object', 'action'] }],
})

export type PolicyRow = RowOf<typeof PolicySchema>

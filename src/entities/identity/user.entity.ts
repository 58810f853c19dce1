import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/** A user who signs in, created by the first valid token with the subject. */
export const UserSchema = defineEntity({
  name: 'User',
  tableName: 'app_user',
  properties: {
    id: p.text().primary(),
    subject: p.text().unique('user_subject_unique'),
    email: p.text(),
    name: p.text().nullable(),
    /** Roles of the installation that were given on its machine, in addition to those of the token. */
    roles: p.array().default([]),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [sqlIndex('user_email_prefix', `on "app_user" (lower(email) text_pattern_ops)`)],
})

export type UserRow = RowOf<typeof UserSchema>

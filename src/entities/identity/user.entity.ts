import { defineEntity, p } from '@mikro-orm/postgresql'
import { LANGUAGES, type Language } from '../kernel/language.js'
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
    /** Language of mails and pages that the user chose. Null: that of the browser, and of the account for mails. */
    language: p.text().$type<Language>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'app_user_language', expression: `language in ('${LANGUAGES.join(`', '`)}')` }],
  indexes: [sqlIndex('user_email_prefix', `on "app_user" (lower(email) text_pattern_ops)`)],
})

export type UserRow = RowOf<typeof UserSchema>

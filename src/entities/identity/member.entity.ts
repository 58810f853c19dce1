import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { UserSchema } from './user.entity.js'
import { ownerKey } from '../owner-key.js'

export type MemberRole = 'OWNER' | 'ADMIN' | 'MEMBER'

/** A user in an account, with a role. */
export const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'member',
  properties: {
    accountId: () => ownerKey().deleteRule('cascade'),
    userId: () => p.manyToOne(UserSchema).mapToPk().fieldName('user_id').primary().updateRule('no action'),
    /** Names the membership in the API. A user who joins again gets another one. */
    id: p.text(),
    role: p.text().$type<MemberRole>(),
    since: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'member_role', expression: `role in ('OWNER', 'ADMIN', 'MEMBER')` }],
  uniques: [{ name: 'member_id', properties: ['id', 'accountId'] }],
  indexes: [{ name: 'member_user', properties: ['userId'] }],
})

export type MemberRow = RowOf<typeof MemberSchema>

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from './account.entity.js'
import { UserSchema } from './user.entity.js'

export type MemberRole = 'OWNER' | 'ADMIN' | 'MEMBER'

/** A user in an account, with a role. */
export const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'member',
  properties: {
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').primary(),
    userId: () => p.manyToOne(UserSchema).mapToPk().fieldName('user_id').primary(),
    /** Names the membership in the API. A user who joins again gets another one. */
    id: p.text().unique('member_id'),
    role: p.text().$type<MemberRole>(),
    since: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'member_role', expression: `role in ('OWNER', 'ADMIN', 'MEMBER')` }],
  indexes: [{ name: 'member_user', properties: ['userId'] }],
})

export type MemberRow = RowOf<typeof MemberSchema>

import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from './account.entity.js'
import type { MemberRole } from './member.entity.js'

/**
 * An emailed invitation to an account. Open until it is accepted, canceled or expired; one open invitation per account
 * and address.
 */
export const InvitationSchema = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    id: p.text().primary(),
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').deleteRule('cascade'),
    /** In lower case: whom it is for. */
    email: p.text(),
    role: p.text().$type<MemberRole>(),
    /** Of the token in the latest mail; earlier ones count no longer. */
    tokenHash: p.text().unique('invitation_token'),
    /** User who sent the invitation. */
    invitedBy: p.text(),
    /** Number of times it was mailed. */
    mailsSent: p.integer().default(1),
    /** Business time. */
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    acceptedAt: p.datetime().nullable(),
    acceptedBy: p.text().nullable(),
    canceledAt: p.datetime().nullable(),
  },
  checks: [{ name: 'invitation_role', expression: `role in ('OWNER', 'ADMIN', 'MEMBER')` }],
  indexes: [
    {
      name: 'invitation_one_open',
      expression: `create unique index "invitation_one_open" on "invitation" ("account_id", "email") where accepted_at is null and canceled_at is null`,
    },
    {
      name: 'invitation_open_email',
      expression: `create index "invitation_open_email" on "invitation" ("email") where accepted_at is null and canceled_at is null`,
    },
    { name: 'invitation_account', properties: ['accountId', 'id'] },
  ],
})

export type InvitationRow = RowOf<typeof InvitationSchema>

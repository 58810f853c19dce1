import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { MemberRole } from './member.entity.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/**
 * An emailed invitation to an account. Open until it is accepted, canceled or expired; one open invitation per account
 * and address.
 */
export const InvitationSchema = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    id: p.text().primary(),
    accountId: () => ownerKey().deleteRule('cascade'),
    /** In lower case: whom it is for. */
    email: p.text(),
    role: p.text().$type<MemberRole>(),
    /** Of the token in the latest mail; earlier ones count no longer. */
    tokenHash: p.text(),
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
  uniques: [{ name: 'invitation_token', properties: ['tokenHash', 'accountId'] }],
  indexes: [
    {
      name: 'invitation_one_open',
      expression: `create unique index "invitation_one_open" on "invitation" ("account_id", "email") where accepted_at is null and canceled_at is null`,
    },
    sqlIndex('invitation_open_email', `on "invitation" ("email") where accepted_at is null and canceled_at is null`),
    { name: 'invitation_account', properties: ['accountId', 'id'] },
  ],
})

export type InvitationRow = RowOf<typeof InvitationSchema>

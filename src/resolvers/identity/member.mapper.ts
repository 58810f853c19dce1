import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import type { Invitation, InvitationStatus } from '#schema/identity/invitation.type.js'
import type { Member } from '#schema/identity/member.type.js'

export const toMember = (row: MemberRow): Member => ({
  __typename: 'Member',
  id: row.id,
  accountId: row.accountId,
  userId: row.userId,
  role: row.role,
  createdAt: row.since,
})

export const toInvitation = (row: InvitationRow, at: Date, isOwn = false): Invitation => ({
  __typename: 'Invitation',
  isOwn,
  id: row.id,
  accountId: row.accountId,
  inviterId: row.invitedBy,
  email: row.email,
  role: row.role,
  status: statusOf(row, at),
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
})

function statusOf({ acceptedAt, canceledAt, expiresAt }: InvitationRow, at: Date): InvitationStatus {
  if (acceptedAt) return 'ACCEPTED'
  if (canceledAt) return 'CANCELED'
  return expiresAt <= at ? 'EXPIRED' : 'PENDING'
}

import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import type { Invitation, InvitationStatus, MemberResult } from '#schema/identity/invitation.type.js'
import type { Member } from '#schema/identity/member.type.js'
import type { MemberOutcome } from '#services/identity/members/accept-invitation.js'
import type { InvitationOutcome } from '#services/identity/members/invite-member.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

export const toMember = (row: MemberRow): Member => ({
  __typename: 'Member',
  userId: row.userId,
  role: row.role,
  since: row.since,
})

export const toInvitation = (row: InvitationRow, at: Date): Invitation => ({
  __typename: 'Invitation',
  id: row.id,
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

/** Result of a membership change. */
export async function toMemberResult(
  context: RequestContext,
  outcome: MemberOutcome | InvitationOutcome,
): Promise<MemberResult> {
  if (outcome.kind === 'member') return toMember(outcome.member)
  if (outcome.kind === 'invitation') return toInvitation(outcome.invitation, context.clock.now())
  return toDenial<MemberResult & { __typename: 'QuotaExceeded' | 'Refused' }>(context, outcome.denial)
}

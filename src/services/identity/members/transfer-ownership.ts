import type { TransferOwnershipArgs } from '#schema/identity/change-member.type.js'
import type { MemberOutcome } from './accept-invitation.js'
import { checkOwnershipTransfer } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { changeMember, assignRole } from './change-member.js'

/** Passes the ownership on: the other becomes an owner, the caller an admin, both or neither. */
export function transferOwnership(
  context: MembersContext,
  { idempotencyKey, ...named }: TransferOwnershipArgs,
): Promise<MemberOutcome> {
  return changeMember(context, named, {
    attempt: { mutation: 'transferOwnership', idempotencyKey },
    permission: 'members:manage',
    denialFor: checkOwnershipTransfer,
    apply: async (transaction, { member, actorId }) => {
      await assignRole(transaction, member, 'OWNER')
      await assignRole(transaction, { accountId: member.accountId, userId: actorId }, 'ADMIN')
      return {
        member: { ...member, role: 'OWNER' },
        event: {
          type: 'account.ownership_transferred',
          outbox: true,
          summary: 'The ownership of the account was transferred.',
          data: { from: actorId, to: member.userId },
        },
      }
    },
  })
}

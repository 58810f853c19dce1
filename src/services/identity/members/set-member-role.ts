import type { SetMemberRoleArgs } from '#schema/identity/change-member.type.js'
import type { MemberRole, MemberRow } from '#entities/identity/member.entity.js'
import type { NewEvent } from '#services/kernel/events/append-events.js'
import type { MemberOutcome } from './accept-invitation.js'
import { checkRoleChange } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { changeMember, assignRole } from './change-member.js'

/** Gives a member another role. The last owner stays one. */
export function setMemberRole(context: MembersContext, { role, ...named }: SetMemberRoleArgs): Promise<MemberOutcome> {
  return changeMember(context, named, {
    permission: 'members:manage',
    denialFor: (input) => checkRoleChange(input, role),
    apply: async (transaction, { member, actorId }) => {
      if (member.role === role) return { member, event: null }
      await assignRole(transaction, member, role)
      return { member: { ...member, role }, event: roleChanged(member, role, actorId) }
    },
  })
}

const roleChanged = ({ userId, role: before }: MemberRow, role: MemberRole, by: string): NewEvent => ({
  type: 'member.role_changed',
  outbox: true,
  summary: `The role of a member was changed to ${role.toLowerCase()}.`,
  data: { userId, from: before, to: role, by },
})

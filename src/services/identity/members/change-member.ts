import type { MemberRole, MemberRow } from '#entities/identity/member.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { NewEvent } from '#services/kernel/events/append-events.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { recordMemberCount } from '../accounts/record-member-count.js'
import { requireAccount } from '../guard/guard.js'
import { membersTopic } from '../guard/until-access-revoked.js'
import type { MemberOutcome } from './accept-invitation.js'
import { checkRemoval, checkRoleChange, checkOwnershipTransfer, type MembershipInput } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { loadMembership, requireUser } from './load-membership.js'

/** A member of an account. */
export interface NamedMember {
  /** Default: the caller's current account. */
  readonly accountId?: string | null
  readonly userId: string
}

/** Gives a member another role. The last owner stays one. */
export function setMemberRole(
  context: MembersContext,
  { role, ...named }: NamedMember & { readonly role: MemberRole },
): Promise<MemberOutcome> {
  return changeMember(context, named, {
    permission: 'members:manage',
    denialFor: (input) => checkRoleChange(input, role),
    apply: async (transaction, { member }) => {
      if (member.role === role) return { member, event: null }
      await assignRole(transaction, member, role)
      return { member: { ...member, role }, event: roleChanged(member, role) }
    },
  })
}

/** Passes the ownership on: the other becomes an owner, the caller an admin, both or neither. */
export function transferOwnership(context: MembersContext, named: NamedMember): Promise<MemberOutcome> {
  return changeMember(context, named, {
    permission: 'members:manage',
    denialFor: checkOwnershipTransfer,
    apply: async (transaction, { member, actorId }) => {
      await assignRole(transaction, member, 'OWNER')
      await assignRole(transaction, { accountId: member.accountId, userId: actorId }, 'ADMIN')
      return {
        member: { ...member, role: 'OWNER' },
        event: {
          type: 'account.ownership_transferred',
          summary: 'The account has another owner.',
          data: { from: actorId, to: member.userId },
        },
      }
    },
  })
}

/** Removes a member. Features per seat count the member until the period ends. */
export function removeMember(context: MembersContext, named: NamedMember): Promise<MemberOutcome> {
  return changeMember(context, named, {
    permission: 'members:manage',
    denialFor: checkRemoval,
    apply: (transaction, found) => removeFromAccount(context, transaction, found, 'member.removed'),
  })
}

/** Leaves an account; its last owner cannot. */
export function leaveAccount(
  context: MembersContext,
  { accountId }: Pick<NamedMember, 'accountId'>,
): Promise<MemberOutcome> {
  return changeMember(
    context,
    { accountId: accountId ?? null, userId: null },
    {
      permission: 'account:read',
      denialFor: checkRemoval,
      apply: (transaction, found) => removeFromAccount(context, transaction, found, 'member.left'),
    },
  )
}

interface Found {
  readonly member: MemberRow
  readonly actorId: string
  readonly at: Date
}

interface Change {
  readonly permission: 'members:manage' | 'account:read'
  readonly denialFor: (input: MembershipInput) => Refused | null
  /** Writes it; without an event nothing was to be done. */
  readonly apply: (
    transaction: Transaction,
    found: Found,
  ) => Promise<{ readonly member: MemberRow; readonly event: NewEvent | null }>
}

/**
 * Under the account lock: checks permission (target null: the caller), decides on the current members, writes and
 * publishes.
 */
async function changeMember(
  context: MembersContext,
  named: Pick<NamedMember, 'accountId'> & { readonly userId: string | null },
  { permission, denialFor: denial, apply }: Change,
): Promise<MemberOutcome> {
  const account = await requireAccount(context, named.accountId, permission)
  const actor = requireUser(context)
  const userId = named.userId ?? actor.userId
  return context.database.transaction<MemberOutcome>(async (transaction) => {
    await lockAccount(transaction, account.id)
    const { input, member } = await loadMembership(transaction, account, actor.userId, userId)
    const reason = denial(input)
    if (reason || !member) return denied(reason!)
    const at = context.clock.now()
    const changed = await apply(transaction, { member, actorId: actor.userId, at })
    if (changed.event) {
      await recordAccountEvent(transaction, account.id, at, changed.event)
      await recordChange(transaction, {
        accountId: account.id,
        actor: actor.principal,
        action: changed.event.type,
        object: userId,
        details: { before: { role: member.role }, ...changed.event.data },
      })
    }
    return { kind: 'member', member: changed.member }
  })
}

async function assignRole(
  transaction: Transaction,
  { accountId, userId }: Pick<MemberRow, 'accountId' | 'userId'>,
  role: MemberRole,
): Promise<void> {
  await transaction.query
    .updateTable('member')
    .set({ role })
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .execute()
}

const roleChanged = ({ userId, role: before }: MemberRow, role: MemberRole): NewEvent => ({
  type: 'member.role_changed',
  summary: `The role of a member changed to ${role.toLowerCase()}.`,
  data: { userId, from: before, to: role },
})

async function removeFromAccount(
  context: MembersContext,
  transaction: Transaction,
  { member, at }: Found,
  type: 'member.removed' | 'member.left',
): Promise<{ member: MemberRow; event: NewEvent }> {
  const { accountId, userId } = member
  await transaction.query.deleteFrom('member').where('accountId', '=', accountId).where('userId', '=', userId).execute()
  transaction.announce(membersTopic(accountId))
  await context.memberSlots.giveBack(transaction, accountId, userId, at)
  await recordMemberCount(transaction, accountId, at)
  const summary = type === 'member.left' ? 'A member left.' : 'A member was removed.'
  return { member, event: { type, summary, changesEntitlements: true, data: { userId, role: member.role } } }
}

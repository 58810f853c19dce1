import type { LeaveAccountArgs } from '#schema/identity/change-member.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { MemberRole, MemberRow } from '#entities/identity/member.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { NewEvent } from '#services/kernel/events/append-events.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { recordMemberCount } from '../accounts/record-member-count.js'
import { requireAccount } from '../model/guard.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { membersTopic } from '../guard/until-access-revoked.js'
import type { UserCaller } from '../model/caller.js'
import type { MemberOutcome } from './accept-invitation.js'
import type { MembershipInput } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { loadMembership, requireUser } from './load-membership.js'

interface Found {
  readonly member: MemberRow
  readonly actorId: string
  readonly at: Date
}

interface Change {
  /** The attempt, for changes that must not be repeated. */
  readonly attempt?: { readonly mutation: string; readonly idempotencyKey: string }
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
export async function changeMember(
  context: MembersContext,
  named: LeaveAccountArgs & { readonly userId: string | null },
  change: Change,
): Promise<MemberOutcome> {
  const account = await requireAccount(context, named.accountId, change.permission)
  const actor = requireUser(context)
  const userId = named.userId ?? actor.userId
  const execute = (transaction: Transaction) => changeLocked(context, transaction, { account, actor, userId }, change)
  const { attempt } = change
  const outcome = attempt
    ? await runIdempotent<MemberRow>(context.database, {
        scope: idempotencyScope(context.caller, account.id, attempt.mutation, attempt.idempotencyKey),
        request: { userId },
        replay: async (transaction, { id }) => findMemberById(transaction, account.id, id),
        execute: async (transaction) => {
          const changed = await execute(transaction)
          return 'kind' in changed ? changed : { value: changed, reference: { __typename: 'Member', id: changed.id } }
        },
      })
    : await context.database.transaction(execute)
  return 'kind' in outcome ? outcome : { kind: 'member', member: outcome }
}

async function findMemberById({ query }: Transaction, accountId: string, id: string): Promise<MemberRow> {
  const member = await query
    .selectFrom('member')
    .selectAll()
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  if (member) return member
  throw new AppError('NOT_FOUND', 'The result of this idempotency key has been deleted. Use a new key.')
}

async function changeLocked(
  context: MembersContext,
  transaction: Transaction,
  { account, actor, userId }: { account: AccountRow; actor: UserCaller; userId: string },
  { denialFor, apply }: Change,
): Promise<MemberRow | Denied> {
  await lockAccount(transaction, account.id)
  const { input, member } = await loadMembership(transaction, account, actor.userId, userId)
  const denial = denialFor(input)
  if (denial || !member) return denied(denial!)
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
  return changed.member
}

export async function assignRole(
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

export async function removeFromAccount(
  context: MembersContext,
  transaction: Transaction,
  { member, actorId, at }: Found,
  type: 'member.removed' | 'member.left',
): Promise<{ member: MemberRow; event: NewEvent }> {
  const { accountId, userId } = member
  await transaction.query.deleteFrom('member').where('accountId', '=', accountId).where('userId', '=', userId).execute()
  transaction.announce(membersTopic(accountId))
  await context.memberSlots.giveBack(transaction, accountId, userId, at)
  await recordMemberCount(transaction, accountId, at)
  const summary = type === 'member.left' ? 'A member left.' : 'A member was removed.'
  return {
    member,
    event: { type, outbox: true, summary, changesEntitlements: true, data: { userId, role: member.role, by: actorId } },
  }
}

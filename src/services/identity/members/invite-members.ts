import type { InviteMembersArgs } from '#schema/identity/change-invitation.type.js'
import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import { deniedItem, refused, type Denial } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '../model/guard.js'
import { inviteOne } from './invite-member.js'
import { requireUser } from './load-membership.js'
import type { MembersContext } from './member-slots.js'

const MAX_INVITATIONS = 50

/** Result for one person: an invitation or a denial. */
export interface PersonInvited {
  readonly email: string
  readonly invitation: InvitationRow | null
  readonly denial: Denial | null
}

/**
 * Invites several people, each on their own. A repeated call with the same key invites only those who were denied
 * before.
 */
export async function inviteMembers(
  context: MembersContext,
  input: InviteMembersArgs,
): Promise<{ readonly kind: 'invited'; readonly items: readonly PersonInvited[] } | Denied> {
  const account = await requireAccount(context, input.accountId, 'members:manage')
  requireUser(context)
  const { invitations, idempotencyKey } = input
  if (invitations.length < 1 || invitations.length > MAX_INVITATIONS) {
    const message = `invitations must contain 1 to ${MAX_INVITATIONS} people.`
    return denied(refused('INVALID_PARAMETERS', message, { field: 'invitations' }))
  }
  const items: PersonInvited[] = []
  for (const [index, { email, role }] of invitations.entries()) {
    const path = ['invitations', index]
    const outcome = await inviteOne(context, account, { email, role, idempotencyKey, mutation: 'inviteMembers' })
    items.push(
      outcome.kind === 'denied'
        ? {
            email,
            invitation: null,
            denial: deniedItem(outcome.denial, { email: [...path, 'email'], role: [...path, 'role'] }),
          }
        : { email, invitation: outcome.invitation, denial: null },
    )
  }
  return { kind: 'invited', items }
}

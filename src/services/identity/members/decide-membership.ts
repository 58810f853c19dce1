import { dayText } from '#services/kernel/text/readable.js'
import type { AccountKind } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

/** Members involved in a membership change. */
export interface MembershipInput {
  readonly kind: AccountKind
  /** True if it is the user's personal account, created at the first sign-in. */
  readonly isOwnAccount: boolean
  readonly actor: MemberRole
  readonly isActor: boolean
  /** Current role of the target. Null if not a member. */
  readonly target: MemberRole | null
  /** Number of owners. */
  readonly owners: number
  readonly admins: number
}

const impossible = (message: string, field?: string): Refused =>
  refused('INVALID_TRANSITION', message, field ? { field } : {})

/** Pure: why a member's role may not become another; null: it may. */
export function checkRoleChange(input: MembershipInput, role: MemberRole): Refused | null {
  if (input.target === null) return notMember()
  if (input.kind === 'COMMUNITY')
    return impossible("Community roles come from the member's token. Change the role in the parent application.")
  if (input.target === role) return null
  if (input.actor !== 'OWNER' && (role === 'OWNER' || input.target === 'OWNER'))
    return impossible('Only an owner can grant or change the OWNER role.', 'role')
  if (input.target === 'OWNER' && input.owners <= 1)
    return impossible('The last owner cannot change role. Transfer the ownership first (transferOwnership).')
  return null
}

/** Pure: why a member may not be removed, or leave; null: they may. */
export function checkRemoval(input: MembershipInput): Refused | null {
  if (input.target === null) return notMember()
  if (input.isOwnAccount) return impossible('A personal account cannot be left. Delete it with deleteAccount.')
  if (input.target === 'OWNER' && !input.isActor && input.actor !== 'OWNER')
    return impossible('Only an owner can remove an owner.', 'userId')
  if (input.target === 'OWNER' && input.owners <= 1)
    return impossible('The last owner cannot leave. Transfer the ownership first (transferOwnership).')
  // A community has no owner: its last admin is who can still pay for it.
  if (input.target === 'ADMIN' && input.owners === 0 && input.admins <= 1)
    return impossible('The last admin cannot leave: the account needs at least one.')
  return null
}

/** Pure: why the ownership may not pass; null: it may. */
export function checkOwnershipTransfer(input: MembershipInput): Refused | null {
  if (input.target === null) return notMember()
  if (input.kind === 'COMMUNITY')
    return impossible('Communities have no owner. Manage admins in the parent application.')
  if (input.actor !== 'OWNER') return impossible('Only the owner can transfer ownership.')
  if (input.isActor) return impossible('You are already the owner.', 'userId')
  return null
}

const notMember = (): Refused => refused('INVALID_PARAMETERS', 'Member not found.', { field: 'userId' })

/** An invitation's facts that decide whether it can still be accepted. */
export interface InvitationInput {
  readonly email: string
  readonly expiresAt: Date
  readonly acceptedAt: Date | null
  readonly canceledAt: Date | null
}

/**
 * Pure: reason why an invitation cannot be accepted, or null. The address is checked first, so that other users learn
 * nothing about the invitation.
 */
export function checkAcceptance(
  invitation: InvitationInput,
  caller: { readonly email: string; readonly emailVerified: boolean },
  at: Date,
): Refused | null {
  if (invitation.email !== caller.email.trim().toLowerCase())
    return refused('INVALID_EMAIL', 'This invitation was sent to another email address. Sign in with that address.', {
      field: 'token',
    })
  if (!caller.emailVerified)
    return refused('INVALID_EMAIL', 'Verify your email address before you accept the invitation.', {
      field: 'token',
    })
  if (invitation.canceledAt) return impossible('This invitation was canceled. Ask for a new one.', 'token')
  if (invitation.acceptedAt) return impossible('This invitation was already accepted.', 'token')
  if (invitation.expiresAt <= at)
    return impossible(
      `This invitation expired on ${dayText(invitation.expiresAt)}. Ask for it to be sent again.`,
      'token',
    )
  return null
}

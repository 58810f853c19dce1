import { each, ofAccount, ofAny, text } from '#services/kernel/outbox/event-data/define-event-data.js'

const by = () => text().describe('The caller.')
const userId = () => text().describe('ID of the user.')
const role = () => text().describe('`OWNER`, `ADMIN` or `MEMBER`.')

const invitation = { invitationId: text(), email: text() }

/** Data of events about accounts, members and webhook endpoints. */
export const identityEvents = {
  'account.created': ofAccount('AccountCreatedData', 'a team was created', {
    kind: text(),
    name: text(),
    by: text().describe('ID of the user.'),
  }),
  'account.time_zone_changed': ofAccount('AccountTimeZoneChangedData', 'the time zone of an account changed', {
    from: text().nullable(),
    to: text().nullable(),
    by: by(),
  }),
  'account.renamed': ofAccount('AccountRenamedData', 'a team was renamed', { from: text(), to: text(), by: by() }),
  'account.ownership_transferred': ofAccount('OwnershipTransferredData', 'an account has another owner', {
    from: userId(),
    to: userId(),
  }),
  'member.joined': ofAccount('MemberJoinedData', 'a member joined', {
    userId: userId(),
    role: role(),
    invitationId: text().optional().describe('The invitation, if there was one.'),
  }),
  'member.invited': ofAccount('MemberInvitedData', 'an invitation was sent', {
    ...invitation,
    role: role(),
    by: userId(),
  }),
  ...each(
    ['member.invitation_resent', 'member.invitation_canceled'],
    ofAccount('InvitationData', 'an invitation was sent again or canceled', { ...invitation, by: userId() }),
  ),
  'member.role_changed': ofAccount('RoleChangedData', 'the role of a member changed', {
    userId: userId(),
    from: role(),
    to: role(),
    by: userId(),
  }),
  ...each(
    ['member.removed', 'member.left'],
    ofAccount('MemberRemovedData', 'a member was removed or left', { userId: userId(), role: role(), by: userId() }),
  ),
  'webhook_endpoint.disabled': ofAny('EndpointDisabledData', 'a webhook endpoint was disabled', {
    endpointId: text(),
    url: text(),
    reason: text(),
  }),
} as const

type IdentityEvents = typeof identityEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends IdentityEvents {}
}

import { sql } from 'kysely'
import { byAccountAnd, byId, type AuditedObjects } from './audited-object.js'

const key = byId(({ query }, id) =>
  query
    .selectFrom('service_key')
    .select(['name', 'scopes', 'accountId', 'expiresAt', 'revokedAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const endpoint = byId(({ query }, id) =>
  query
    .selectFrom('webhook_endpoint')
    .select([
      'accountId',
      sql<string>`split_part(url, '/', 3)`.as('host'),
      'description',
      'types',
      'enabled',
      'disabledReason',
      'previousUntil',
    ])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const policy = byId(({ query }, id) =>
  query
    .selectFrom('policy')
    .select(['subject', 'object', 'action', 'removedAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const invitation = byId(({ query }, id) =>
  query
    .selectFrom('invitation')
    .select(['role', 'mailsSent', 'expiresAt', 'acceptedAt', 'canceledAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const member = byAccountAnd('userId', ({ query }, accountId, userId) =>
  query
    .selectFrom('member')
    .select('role')
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .executeTakeFirst(),
)

/** Keys, endpoints, policies, invitations and members. */
export const identityAudited: AuditedObjects = {
  revokeApiKey: key,
  updateWebhookEndpoint: endpoint,
  deleteWebhookEndpoint: endpoint,
  rotateWebhookSecret: endpoint,
  removePolicy: policy,
  cancelInvitation: invitation,
  resendInvitation: invitation,
  setMemberRole: member,
  removeMember: member,
  transferOwnership: member,
}

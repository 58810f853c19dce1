import { sql } from 'kysely'
import { byAccountAnd, byId } from './audited-object.js'

/** An API key. */
export const auditedKey = byId(({ query }, id) =>
  query
    .selectFrom('service_key')
    .select(['name', 'scopes', 'accountId', 'expiresAt', 'revokedAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)

/** A webhook endpoint. */
export const auditedEndpoint = byId(({ query }, id) =>
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

/** A policy. */
export const auditedPolicy = byId(({ query }, id) =>
  query
    .selectFrom('policy')
    .select(['subject', 'object', 'action', 'removedAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)

/** An invitation. */
export const auditedInvitation = byId(({ query }, id) =>
  query
    .selectFrom('invitation')
    .select(['role', 'mailsSent', 'expiresAt', 'acceptedAt', 'canceledAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)

/** A member of the account. */
export const auditedMember = byAccountAnd('userId', ({ query }, accountId, userId) =>
  query
    .selectFrom('member')
    .select('role')
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .executeTakeFirst(),
)

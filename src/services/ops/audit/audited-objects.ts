import { sql } from 'kysely'
import type { Sql } from '#services/kernel/database/sql.js'
import { deadLetterId } from '#services/kernel/claim-loop/dead-letter-id.js'
import { deadLettersByIds } from '../dead-letters/dead-letters.js'
import { findAuditedSubscription, findAuditedTemplate } from './audited-objects.sql.js'

/** Arguments of a mutation as one object, and its account. */
export interface Named {
  readonly given: Readonly<Record<string, unknown>>
  readonly accountId: string | null
}

/**
 * Reads a stored object for the audit log: only readable fields, never a secret, a hash or a full address. Undefined if there is none, or
 * if the arguments do not name it.
 */
type ReadObject = (database: Sql, named: Named) => Promise<object | undefined>

const isId = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The object is named by an argument. */
const byArgument =
  (argument: string, read: (database: Sql, id: string) => Promise<object | undefined>): ReadObject =>
  async (database, { given }) => {
    const id = given[argument]
    return isId(id) ? read(database, id) : undefined
  }

const byId = (read: (database: Sql, id: string) => Promise<object | undefined>): ReadObject => byArgument('id', read)

/** The object is named by the account. */
const byAccount =
  (read: (database: Sql, accountId: string) => Promise<object | undefined>): ReadObject =>
  async (database, { accountId }) =>
    isId(accountId) ? read(database, accountId) : undefined

/** The object is named by the account and an argument. */
const byAccountAnd =
  (
    argument: string,
    read: (database: Sql, accountId: string, value: string) => Promise<object | undefined>,
  ): ReadObject =>
  async (database, { accountId, given }) => {
    const value = given[argument]
    return isId(accountId) && isId(value) ? read(database, accountId, value) : undefined
  }

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
const template = byId((database, id) => database.row(findAuditedTemplate, { id }))
const vendors = ({ query }: Sql) =>
  query.selectFrom('vendor').select(['name', 'verified', 'description', 'website', 'payoutAccountId'])
const vendor = byId((database, id) => vendors(database).where('id', '=', id).executeTakeFirst())
const accountVendor = byAccount((database, accountId) =>
  vendors(database).where('accountId', '=', accountId).executeTakeFirst(),
)
const policy = byId(({ query }, id) =>
  query
    .selectFrom('policy')
    .select(['subject', 'object', 'action', 'removedAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const purchase = byId(({ query }, id) =>
  query
    .selectFrom('purchase')
    .select(['accountId', 'status', 'amountMinor', 'refundedMinor', 'reversedMinor', 'currency', 'expiresAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const grant = byId(({ query }, id) =>
  query
    .selectFrom('credit_grant')
    .select(['accountId', 'feature', 'amount', 'used', 'reserved', 'expired', 'revoked', 'expiresAt', 'revokedAt'])
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
const subscription = byAccount((database, accountId) => database.row(findAuditedSubscription, { accountId }))
const override = byAccountAnd('feature', ({ query }, accountId, feature) =>
  query
    .selectFrom('entitlement_override as o')
    .select(sql<object>`to_jsonb(o) - 'id' - 'account_id'`.as('override'))
    .where('o.accountId', '=', accountId)
    .where('o.feature', '=', feature)
    .where('o.endedAt', 'is', null)
    .orderBy('o.since', 'desc')
    .limit(1)
    .executeTakeFirst(),
)
const comp = byAccountAnd('plan', ({ query }, accountId, code) =>
  query
    .selectFrom('plan_assignment as a')
    .innerJoin('plan_version as v', 'v.id', 'a.planVersionId')
    .innerJoin('plan as p', 'p.id', 'v.planId')
    .select(['p.code', 'a.quantity', 'a.since', 'a.expiresAt', 'a.reason'])
    .where('a.accountId', '=', accountId)
    .where('a.sourceType', '=', 'comped')
    .where('a.endedAt', 'is', null)
    .where('p.code', '=', code)
    .executeTakeFirst(),
)
const deployment = (argument: string) =>
  byArgument(argument, ({ query }, hash) =>
    query
      .selectFrom('deployment as d')
      .leftJoin('agent as a', (join) =>
        join.onRef('a.deploymentId', '=', 'd.id').onRef('a.accountId', '=', 'd.accountId'),
      )
      .select(['d.accountId', 'd.status', 'd.name', 'a.id as agent', 'a.registeredAt', 'a.previousTokenUntil'])
      .where('d.hash', '=', hash)
      .executeTakeFirst(),
  )
const command = byId(({ query }, id) =>
  query
    .selectFrom('command')
    .select(['accountId', 'type', 'status', 'attempt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const checkout = byId(({ query }, id) =>
  query
    .selectFrom('checkout')
    .select(['accountId', 'status', 'amountMinor', 'currency'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const deadLetter = byId(async (database, id) => {
  const found = (await deadLettersByIds(database, [id])).find((row) => deadLetterId(row) === id)
  return (
    found && { accountId: found.accountId, queue: found.queue, attempts: found.attempts, lastError: found.lastError }
  )
})

/** Existing object that each mutation changes. */
export const CHANGES: Readonly<Record<string, ReadObject>> = {
  revokeApiKey: key,
  updateWebhookEndpoint: endpoint,
  deleteWebhookEndpoint: endpoint,
  rotateWebhookSecret: endpoint,
  updateTemplate: template,
  submitTemplate: template,
  withdrawTemplateSubmission: template,
  reviewTemplate: template,
  deprecateTemplate: template,
  deleteTemplate: template,
  setTemplatePrice: template,
  verifyVendor: vendor,
  setVendorPayoutAccount: vendor,
  updateVendorProfile: accountVendor,
  connectVendor: accountVendor,
  removePolicy: policy,
  refundPurchase: purchase,
  revokeCredits: grant,
  cancelInvitation: invitation,
  resendInvitation: invitation,
  setMemberRole: member,
  removeMember: member,
  transferOwnership: member,
  changePlan: subscription,
  addAddon: subscription,
  removeAddon: subscription,
  cancelSubscription: subscription,
  resumeSubscription: subscription,
  extendTrial: subscription,
  compPlan: comp,
  endCompedPlan: comp,
  overrideEntitlement: override,
  revokeOverride: override,
  stopDeployment: deployment('id'),
  rotateAgentToken: deployment('deploymentId'),
  revokeAgent: deployment('deploymentId'),
  renameDeployment: deployment('id'),
  reissueEnrolment: deployment('id'),
  cancelCommand: command,
  releaseCheckout: checkout,
  refundCheckout: checkout,
  retryDeadLetter: deadLetter,
  dropDeadLetter: deadLetter,
}

/** True if a mutation changes an existing object. */
export const hasAuditedObjects = (mutation: string): boolean => Object.hasOwn(CHANGES, mutation)

/** Current state of a mutation's object. Null if there is none. */
export const auditedObjectOf = async (database: Sql, mutation: string, named: Named): Promise<object | null> =>
  (await CHANGES[mutation]!(database, named)) ?? null

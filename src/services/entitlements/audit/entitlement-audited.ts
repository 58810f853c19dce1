import { sql } from 'kysely'
import { byAccountAnd, byId, type ReadObject } from '#services/identity/audit/audited-object.js'

/** A grant of credits. */
export const auditedGrant = byId(({ query }, id) =>
  query
    .selectFrom('credit_grant')
    .select(['accountId', 'feature', 'amount', 'used', 'reserved', 'expired', 'revoked', 'expiresAt', 'revokedAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
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

/** A complimentary plan or an override: whichever of the two the arguments name. */
export const auditedTerms: ReadObject = async (database, named) =>
  (await comp(database, named)) ?? override(database, named)

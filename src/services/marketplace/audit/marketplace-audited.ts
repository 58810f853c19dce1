import type { Sql } from '#services/kernel/database/sql.js'
import { byAccount, byId } from '#services/identity/audit/audited-object.js'
import { findAuditedTemplate } from './audited-template.sql.js'

/** A template. */
export const auditedTemplate = byId((database, id) => database.row(findAuditedTemplate, { id }))
const vendors = ({ query }: Sql) =>
  query.selectFrom('vendor').select(['name', 'verified', 'description', 'website', 'payoutAccountId'])

/** A vendor. */
export const auditedVendor = byId((database, id) => vendors(database).where('id', '=', id).executeTakeFirst())

/** The vendor of the account. */
export const auditedAccountVendor = byAccount((database, accountId) =>
  vendors(database).where('accountId', '=', accountId).executeTakeFirst(),
)

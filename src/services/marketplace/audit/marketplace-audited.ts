import type { Sql } from '#services/kernel/database/sql.js'
import { byAccount, byId, type AuditedObjects } from '#services/identity/audit/audited-object.js'
import { findAuditedTemplate } from './audited-template.sql.js'

const template = byId((database, id) => database.row(findAuditedTemplate, { id }))
const vendors = ({ query }: Sql) =>
  query.selectFrom('vendor').select(['name', 'verified', 'description', 'website', 'payoutAccountId'])
const vendor = byId((database, id) => vendors(database).where('id', '=', id).executeTakeFirst())
const accountVendor = byAccount((database, accountId) =>
  vendors(database).where('accountId', '=', accountId).executeTakeFirst(),
)

/** Templates and vendors. */
export const marketplaceAudited: AuditedObjects = {
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
}

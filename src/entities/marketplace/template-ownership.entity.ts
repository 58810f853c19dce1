import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { TemplateSchema } from './template.entity.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/**
 * Ownership: an account may deploy a template, for one cause. Existing deployments continue when it ends. It is active
 * while it has not ended, is not suspended, and its last day has not ended.
 */
export const TemplateOwnershipSchema = defineEntity({
  name: 'TemplateOwnership',
  tableName: 'template_ownership',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id'),
    /** A purchase without an end, a subscription while it is paid, or a grant of an operator. */
    sourceType: p.text().$type<'purchase' | 'subscription' | 'operator'>(),
    sourceId: p.text(),
    since: p.datetime(),
    /** The end, UTC, of the last day that is paid for; null: it has none. */
    expiresAt: p.datetime().nullable(),
    /** True while the payment is disputed. */
    suspended: p.boolean().default(false),
    endedAt: p.datetime().nullable(),
    /** The number of sales of the template includes it. */
    counted: p.boolean().default(false),
  },
  checks: [
    { name: 'template_ownership_source', expression: `source_type in ('purchase', 'subscription', 'operator')` },
  ],
  uniques: [{ name: 'template_ownership_cause', properties: ['sourceType', 'sourceId', 'templateId', 'accountId'] }],
  indexes: [
    { name: 'template_ownership_account', properties: ['accountId', 'templateId'] },
    sqlIndex('template_ownership_uncounted', `on "template_ownership" ("id") where not counted`),
  ],
})

export type TemplateOwnershipRow = RowOf<typeof TemplateOwnershipSchema>

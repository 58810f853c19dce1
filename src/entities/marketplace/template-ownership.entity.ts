import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from '../identity/account.entity.js'
import { TemplateSchema } from './template.entity.js'

/**
 * An account's right to deploy a template, for one cause. What runs already goes on when the right ends.
 * It holds while it has not ended, is not suspended, and its last day is not over.
 */
export const TemplateOwnershipSchema = defineEntity({
  name: 'TemplateOwnership',
  tableName: 'template_ownership',
  properties: {
    id: p.text().primary(),
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id'),
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id'),
    /** A purchase for ever, a subscription while it is paid, or an operator's gift. */
    sourceType: p.text().$type<'purchase' | 'subscription' | 'operator'>(),
    sourceId: p.text(),
    since: p.datetime(),
    /** The end, UTC, of the last day that is paid for; null: it has none. */
    lapsesAt: p.datetime().nullable(),
    /** While a bank asks the payment back. */
    suspended: p.boolean().default(false),
    endedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'template_ownership_source', expression: `source_type in ('purchase', 'subscription', 'operator')` },
  ],
  uniques: [{ name: 'template_ownership_cause', properties: ['sourceType', 'sourceId', 'templateId'] }],
  indexes: [{ name: 'template_ownership_account', properties: ['accountId', 'templateId'] }],
})

export type TemplateOwnershipRow = RowOf<typeof TemplateOwnershipSchema>

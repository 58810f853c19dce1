import type { BillingContext } from '#services/billing/model/billing-context.js'
import { denialOfSale } from '#services/billing/checkout/start-checkout.js'
import type { RemedyRules } from '#services/entitlements/remedies/remedy-rules.js'
import { findPublished } from '../templates/template-queries.js'
import { saleOfTemplate } from './purchase-template.js'

/** Steps that the marketplace can carry out. */
export const templateRemedies: RemedyRules<BillingContext>['decisions'] = {
  purchaseTemplate: async ({ context, account }, values) => {
    const template = await findPublished(context.database, values.templateId)
    return (
      template && denialOfSale(context, account, saleOfTemplate(context, template, { ...values, idempotencyKey: '' }))
    )
  },
}

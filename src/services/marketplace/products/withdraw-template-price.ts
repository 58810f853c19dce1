import { refused } from '#services/kernel/denials/denial.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { changeTemplate, type TemplateChange } from '../model/change-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { deleteProduct, withdrawProduct } from '../model/template-product.js'

/**
 * Takes a template off sale: new purchases are denied, because a sold template is not free; owners keep it. A template that was never
 * published has no owners: its price is deleted, and it is published as free.
 */
export async function withdrawTemplatePrice(context: BillingContext, input: TemplateChange): Promise<TemplateOutcome> {
  const outcome = await changeTemplate(context, 'withdrawTemplatePrice', input, async (transaction, { template }) => {
    const isPublished = template.approvedAt !== null
    const withdraw = isPublished ? withdrawProduct : deleteProduct
    if (!(await withdraw(transaction, template.id)))
      return refused('NOT_FOR_SALE', `${template.name} is not for sale.`, { field: 'templateId' })
    await publishTemplateEvent(context, transaction, template.id, {
      type: 'template.price_withdrawn',
      summary: isPublished
        ? `${template.name} is no longer sold. Owners keep it.`
        : `${template.name} will be published as free.`,
    })
    transaction.announce(CATALOG_TOPIC)
    return undefined
  })
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

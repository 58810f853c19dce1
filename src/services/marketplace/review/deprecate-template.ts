import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { changeTemplate, invalidTransition, retireTemplate, type TemplateChange } from '../model/change-template.js'

/**
 * Removes a published template from the marketplace: no new owners, and existing owners keep it. For the vendor and
 * operators.
 */
export async function deprecateTemplate(context: CatalogContext, input: TemplateChange): Promise<TemplateOutcome> {
  const { templateId: id } = input
  const outcome = await changeTemplate(
    context,
    { mutation: 'deprecateTemplate', permission: 'update' },
    input,
    async (transaction, { template }) => {
      if (template.status !== 'APPROVED')
        return invalidTransition(`${template.name} is ${template.status}. Only APPROVED templates can be deprecated.`)
      await retireTemplate(transaction, id)
      await publishTemplateEvent(context, transaction, id, {
        type: 'template.deprecated',
        summary: `${template.name} is no longer offered. Owners keep it.`,
      })
      return undefined
    },
  )
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { applyContent } from '../authoring/content-input.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { categoryCodes } from '../templates/template-records.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { changeTemplate, checkTransition, transitionVersion } from './change-template.js'

/** Hands the open version in for review. It is checked once more: a category or plan may be gone since it was written. */
export async function submitTemplate(context: CatalogContext, id: string): Promise<TemplateOutcome> {
  const categories = await categoryCodes(context.database)
  const plans = new Set(context.catalog.current().plans.map(({ code }) => code))
  return changeTemplate(context, id, 'submit', async (transaction, input) => {
    const fault = checkTransition(input, 'submit')
    if (fault) return fault
    const content = applyContent(input.open!.content, {}, { categories, plans })
    if ('code' in content) return content
    await transitionVersion(transaction, input, 'submit', null)
    await publishTemplateEvent(context, transaction, id, {
      type: 'template.submitted',
      summary: `Version ${input.open!.number} of ${content.name} was submitted for review.`,
      data: { version: input.open!.number },
    })
    return undefined
  })
}

import type { CatalogContext } from '../../catalog/catalog-context.js'
import { applyContent } from '../authoring/content-input.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { categoryCodes } from '../templates/template-records.js'
import { tellTemplate } from '../templates/template-news.js'
import { changeTemplate, moveFault, moveVersion } from './change-template.js'

/** Hands the open version in for review. It is checked once more: a category or plan may be gone since it was written. */
export async function submitTemplate(context: CatalogContext, id: string): Promise<TemplateOutcome> {
  const categories = await categoryCodes(context.database)
  const plans = new Set(context.catalog.current().plans.map(({ code }) => code))
  return changeTemplate(context, id, 'submit', async (transaction, facts) => {
    const fault = moveFault(facts, 'submit')
    if (fault) return fault
    const content = applyContent(facts.open!.content, {}, { categories, plans })
    if ('code' in content) return content
    await moveVersion(transaction, facts, 'submit', null)
    await tellTemplate(context, transaction, id, {
      type: 'template.submitted',
      summary: `Version ${facts.open!.number} of ${content.name} was submitted for review.`,
      data: { version: facts.open!.number },
    })
    return undefined
  })
}

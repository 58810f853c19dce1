import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { newId } from '#services/kernel/ids/ids.js'
import { checkFreePromise } from '../products/check-free-promise.js'
import { changeTemplate, checkTransition, invalidTransition } from '../review/change-template.js'
import { categoryCodes, contentOf, presentContent } from '../templates/template-records.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { applyContent, type ContentInput } from './content-input.js'
import type { TemplateOutcome } from './create-template.js'

export interface UpdateTemplate extends ContentInput {
  readonly templateId: string
}

/**
 * Edits the open version, or starts the next one: the published version is unchanged until the next one is approved.
 */
export async function updateTemplate(context: CatalogContext, input: UpdateTemplate): Promise<TemplateOutcome> {
  const categories = await categoryCodes(context.database)
  const plans = new Set(context.catalog.current().plans.map(({ code }) => code))
  return changeTemplate(context, input.templateId, 'update', async (transaction, decisionInput) => {
    const { template, open, at } = decisionInput
    if (template.status === 'DEPRECATED')
      return invalidTransition(`${template.name} is deprecated and cannot be changed.`)
    const fault = open && checkTransition(decisionInput, 'edit')
    if (fault) return fault
    const content = applyContent(open?.content ?? (await contentOf(transaction, template)), input, {
      categories,
      plans,
    })
    if ('code' in content) return content
    const sold = content.freeForever && (await checkFreePromise(transaction, template.id))
    if (sold) return sold
    const number = open?.number ?? template.version + 1
    if (open)
      await transaction.run(`update template_version set content = $2, updated_at = $3 where id = $1`, [
        open.id,
        content,
        at,
      ])
    else
      await transaction.run(
        `insert into template_version (id, template_id, number, status, content, created_at, updated_at) values ($1, $2, $3, 'DRAFT', $4, $5, $5)`,
        [newId('tvr'), template.id, number, content, at],
      )
    if (template.status !== 'APPROVED') await presentContent(transaction, template.id, content)
    await publishTemplateEvent(context, transaction, template.id, {
      type: 'template.edited',
      summary: `Version ${number} of ${content.name} was edited.`,
      data: { version: number },
    })
    return undefined
  })
}

import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { checkFreePromise } from '../model/check-free-promise.js'
import { changeTemplate, checkTransition, invalidTransition, type TemplateChange } from '../model/change-template.js'
import { categoryCodes, contentOf, insertDraft, presentContent } from '../templates/template-records.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { applyContent, contentDenial, type ContentInput } from '../model/content-input.js'
import type { TemplateOutcome } from './create-template.js'

export interface UpdateTemplate extends TemplateChange {
  /** Undefined: unchanged. Null: cleared. */
  readonly changes: ContentInput
}

/**
 * Edits the open version, or starts the next one: the published version is unchanged until the next one is approved.
 */
export async function updateTemplate(context: CatalogContext, input: UpdateTemplate): Promise<TemplateOutcome> {
  const categories = await categoryCodes(context.database)
  const plans = new Set(context.catalog.current().plans.map(({ code }) => code))
  return changeTemplate(
    context,
    { mutation: 'updateTemplate', permission: 'update' },
    input,
    async (transaction, decisionInput) => {
      const { template, open, at } = decisionInput
      if (template.status === 'DEPRECATED')
        return invalidTransition(`${template.name} is deprecated and cannot be changed.`)
      const fault = open && checkTransition(decisionInput, 'edit')
      if (fault) return fault
      const before = open?.content ?? (await contentOf(transaction, template))
      const { content, issues } = applyContent(before, input.changes, { categories, plans })
      const wrong = contentDenial(issues, 'changes')
      if (wrong) return wrong
      const sold = content.freeForever && (await checkFreePromise(transaction, template.id, 'changes.freeForever'))
      if (sold) return sold
      const number = open?.number ?? template.version + 1
      if (open)
        await transaction.query
          .updateTable('template_version')
          .set({ content, updatedAt: at })
          .where('id', '=', open.id)
          .execute()
      else await insertDraft(transaction, { templateId: template.id, number, content, at })
      if (template.status !== 'APPROVED') await presentContent(transaction, template.id, content)
      await publishTemplateEvent(context, transaction, template.id, {
        type: 'template.edited',
        summary: `Version ${number} of ${content.name} was edited.`,
        data: { version: number },
      })
      return undefined
    },
  )
}

import type { Transaction } from '#services/kernel/database/database.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { changeTemplate, invalidTransition, retireTemplate } from './change-template.js'

/**
 * Deletes a template. One that was never owned or deployed is removed with its slug. Otherwise the row stays for its
 * owners and deployments, and is not found by others. Root only.
 */
export async function deleteTemplate(context: CatalogContext, id: string): Promise<TemplateOutcome> {
  const outcome = await changeTemplate(context, id, 'delete', async (transaction, { template, at }) => {
    if (template.deletedAt) return invalidTransition(`${template.name} is already deleted.`)
    await retireTemplate(transaction, id)
    await transaction.query.updateTable('template').set({ deletedAt: at }).where('id', '=', id).execute()
    await publishTemplateEvent(context, transaction, id, {
      type: 'template.deleted',
      summary: `${template.name} was deleted. Owners keep it.`,
    })
    await deleteUnlessPublished(transaction, id)
    return undefined
  })
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

/** A template that was published, sold or granted keeps its row, because owners and deployments refer to it. */
async function deleteUnlessPublished(transaction: Transaction, id: string): Promise<void> {
  await transaction.query
    .deleteFrom('template')
    .where('id', '=', id)
    .where('approvedAt', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(eb.selectFrom('product').select('id').where('type', '=', 'TEMPLATE').where('externalId', '=', id)),
      ),
    )
    .where((eb) => eb.not(eb.exists(eb.selectFrom('template_ownership').select('id').where('templateId', '=', id))))
    .execute()
}

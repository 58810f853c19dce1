import type { Transaction } from '#services/kernel/database/database.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { changeTemplate, invalidTransition } from './change-template.js'

/**
 * Removes a published template from the marketplace: no new owners, and existing owners keep it. For the vendor and
 * operators.
 */
export async function deprecateTemplate(context: CatalogContext, id: string): Promise<TemplateOutcome> {
  const outcome = await changeTemplate(context, id, 'update', async (transaction, { template }) => {
    if (template.status !== 'APPROVED')
      return invalidTransition(`${template.name} is ${template.status}. Only APPROVED templates can be deprecated.`)
    await retire(transaction, id)
    await publishTemplateEvent(context, transaction, id, {
      type: 'template.deprecated',
      summary: `${template.name} is no longer offered. Owners keep it.`,
    })
    return undefined
  })
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

/**
 * Deletes a template. One that was never owned or deployed is removed with its slug. Otherwise the row stays for its
 * owners and deployments, and is not found by others. Root only.
 */
export async function deleteTemplate(context: CatalogContext, id: string): Promise<TemplateOutcome> {
  const outcome = await changeTemplate(context, id, 'delete', async (transaction, { template, at }) => {
    if (template.deletedAt) return invalidTransition(`${template.name} is already deleted.`)
    await retire(transaction, id)
    await transaction.run(`update template set deleted_at = $2 where id = $1`, [id, at])
    await publishTemplateEvent(context, transaction, id, {
      type: 'template.deleted',
      summary: `${template.name} was deleted. Owners keep it.`,
    })
    const { had } = (await transaction.row<{ had: boolean }>(
      `select exists (select 1 from product where type = 'TEMPLATE' and external_id = $1)
         or exists (select 1 from template_ownership where template_id = $1) or (select approved_at is not null from template where id = $1) as had`,
      [id],
    ))!
    if (!had) await transaction.run(`delete from template where id = $1`, [id])
    return undefined
  })
  if (outcome.kind === 'template') await context.catalog.reload()
  return outcome
}

async function retire(transaction: Transaction, id: string): Promise<void> {
  await transaction.run(`update template set status = 'DEPRECATED' where id = $1`, [id])
  await transaction.run(`update product set active = false where type = 'TEMPLATE' and external_id = $1 and active`, [
    id,
  ])
  transaction.announce(CATALOG_TOPIC)
}

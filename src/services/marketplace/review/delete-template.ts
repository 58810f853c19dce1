import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { findCompletedKey, fingerprintOf } from '#services/kernel/idempotency/idempotency.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import {
  changeScope,
  changeTemplate,
  invalidTransition,
  retireTemplate,
  type TemplateChange,
} from '../model/change-template.js'

/** Contains the last state of the template. Null for a repeated call. */
export type DeleteTemplateOutcome = { readonly kind: 'deleted'; readonly template: TemplateRow | null } | Denied

/**
 * Deletes a template. One that was never owned or deployed is removed with its slug. Otherwise the row stays for its
 * owners and deployments, and is not found by others. Root only.
 */
export async function deleteTemplate(context: CatalogContext, input: TemplateChange): Promise<DeleteTemplateOutcome> {
  const { templateId: id, idempotencyKey: key } = input
  const known = key
    ? await findCompletedKey(context.database, changeScope(context, 'deleteTemplate', id, key), fingerprintOf(input))
    : null
  // The template of a repeated call may be gone.
  if (known?.kind === 'repeat') return { kind: 'deleted', template: null }
  const outcome = await changeTemplate(
    context,
    { mutation: 'deleteTemplate', permission: 'delete' },
    input,
    async (transaction, { template, at }) => {
      if (template.deletedAt) return invalidTransition(`${template.name} is already deleted.`)
      await retireTemplate(transaction, id)
      await transaction.query.updateTable('template').set({ deletedAt: at }).where('id', '=', id).execute()
      await publishTemplateEvent(context, transaction, id, {
        type: 'template.deleted',
        summary: `${template.name} was deleted. Owners keep it.`,
      })
      await deleteUnlessPublished(transaction, id)
      return undefined
    },
  )
  if (outcome.kind === 'denied') return outcome
  await context.catalog.reload()
  return { kind: 'deleted', template: outcome.template }
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

import type { TemplateVersionRow } from '#entities/marketplace/template-version.entity.js'
import { VERSION_MOVES, type VersionMove } from '#entities/marketplace/template-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import {
  requireTemplatePermission,
  type TemplatePermission,
  type TemplateWithVendor,
} from '../access/template-access.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { lockTemplate, openVersion, templateWithVendor } from '../templates/template-records.js'
import { templatesByIds } from '../templates/template-queries.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import { withdrawProduct } from '../products/template-product.js'

/** A template as a change finds it, under the locks. */
export interface LockedTemplate {
  readonly template: TemplateWithVendor
  /** The open version. Null if everything is published. */
  readonly open: TemplateVersionRow | null
  readonly at: Date
}

/**
 * Runs a change of a template: checks the permission, locks the vendor's account and the template, and loads the input.
 * `work` returns a denial or nothing; its writes are committed only without a denial.
 */
export async function changeTemplate(
  context: CatalogContext,
  id: string,
  right: TemplatePermission,
  work: (transaction: Transaction, input: LockedTemplate) => Promise<Refused | void>,
): Promise<TemplateOutcome> {
  const seen = await requireTemplatePermission(context, await templateWithVendor(context.database, { id }), right)
  return context.database.transaction(async (transaction): Promise<TemplateOutcome> => {
    if (seen.vendorAccountId) await lockAccount(transaction, seen.vendorAccountId)
    const template = await lockTemplate(transaction, id)
    if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
    const state = { template, open: await openVersion(transaction, id), at: context.clock.now() }
    const denial = await work(transaction, state)
    if (denial) return denied(denial)
    const [now] = await templatesByIds(transaction, [id])
    return { kind: 'template', template: now ?? template }
  })
}

/** Pure: denial of a transition. Null if allowed. */
export function checkTransition(
  { template, open }: Pick<LockedTemplate, 'template' | 'open'>,
  move: VersionMove,
): Refused | null {
  const { from } = VERSION_MOVES[move]
  if (template.deletedAt || template.status === 'DEPRECATED')
    return invalidTransition(`${template.name} is ${template.status} and cannot be reviewed.`)
  if (!open)
    return invalidTransition(`${template.name} is ${template.status} and has no open version. Edit it, then submit it.`)
  if (from.includes(open.status)) return null
  return invalidTransition(`Version ${open.number} is ${open.status}. Allowed from: ${from.join(', ')}.`)
}

export const invalidTransition = (message: string): Refused =>
  refused('INVALID_TRANSITION', message, { field: 'templateId' })

/** Moves the open version; a template that was never published shows the state of its only version. */
export async function transitionVersion(
  transaction: Transaction,
  { template, open, at }: LockedTemplate,
  move: VersionMove,
  reason: string | null,
): Promise<void> {
  const to = VERSION_MOVES[move].to ?? open!.status
  await transaction.query
    .updateTable('template_version')
    .set({ status: to, reason, updatedAt: at, ...(to === 'SUBMITTED' ? { submittedAt: at } : {}) })
    .where('id', '=', open!.id)
    .execute()
  if (template.status !== 'APPROVED')
    await transaction.query.updateTable('template').set({ status: to }).where('id', '=', template.id).execute()
}

export async function retireTemplate(transaction: Transaction, id: string): Promise<void> {
  await transaction.query.updateTable('template').set({ status: 'DEPRECATED' }).where('id', '=', id).execute()
  await withdrawProduct(transaction, id)
  transaction.announce(CATALOG_TOPIC)
}

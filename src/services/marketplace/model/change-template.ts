import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { TemplateVersionRow } from '#entities/marketplace/template-version.entity.js'
import { VERSION_MOVES, type VersionMove, type VersionStatus } from '#entities/marketplace/template-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import {
  requireTemplatePermission,
  type TemplatePermission,
  type TemplateWithVendor,
} from '../access/template-access.js'
import type { TemplateDone, TemplateOutcome } from '../authoring/create-template.js'
import { lockTemplate, openVersion, templateWithVendor } from '../templates/template-records.js'
import { templatesByIds } from '../templates/template-queries.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import { withdrawProduct } from './template-product.js'

/** A template as a change finds it, under the locks. */
export interface LockedTemplate {
  readonly template: TemplateWithVendor
  /** The open version. Null if everything is published. */
  readonly open: TemplateVersionRow | null
  readonly at: Date
}

/** A change of one template. Routes without an idempotency key leave it out; a repeated call is then a call of its own. */
export interface TemplateChange {
  readonly templateId: string
  readonly idempotencyKey?: string | null
}

/** A mutation of a template, and the permission that it requires on the template. */
export interface TemplateAct {
  readonly mutation: string
  readonly permission: TemplatePermission
}

/** Scope of the idempotency key of a change: two templates may use the same key. */
export const changeScope = (context: CatalogContext, mutation: string, templateId: string, key: string) =>
  idempotencyScope(context.caller, templateId, mutation, key)

/**
 * Runs a change of a template: checks the permission, locks the vendor's account and the template, and loads the input.
 * `work` returns a denial or nothing; its writes are committed only without a denial. A repeated key changes nothing.
 */
export async function changeTemplate(
  context: CatalogContext,
  { mutation, permission }: TemplateAct,
  input: TemplateChange,
  work: (transaction: Transaction, input: LockedTemplate) => Promise<Refused | void>,
): Promise<TemplateOutcome> {
  const { templateId: id, idempotencyKey: key } = input
  const found = await templateWithVendor(context.database, { id })
  const seen = await requireTemplatePermission(context, found, permission)
  const change = async (transaction: Transaction): Promise<TemplateOutcome> => {
    if (seen.vendorAccountId) await lockAccount(transaction, seen.vendorAccountId)
    const template = await lockTemplate(transaction, id)
    if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
    const state = { template, open: await openVersion(transaction, id), at: context.clock.now() }
    const denial = await work(transaction, state)
    return denial ? denied(denial) : current(transaction, template)
  }
  if (key === undefined || key === null) return context.database.transaction(change)
  return runIdempotent<TemplateDone>(context.database, {
    scope: changeScope(context, mutation, id, key),
    request: input,
    replay: (transaction) => current(transaction, seen),
    execute: async (transaction) => {
      const value = await change(transaction)
      return value.kind === 'denied' ? value : { value, reference: { __typename: 'Template', id } }
    },
  })
}

/** The present template. A deleted template is returned in its last state. */
async function current(transaction: Transaction, before: TemplateRow): Promise<TemplateDone> {
  const [now] = await templatesByIds(transaction, [before.id])
  return { kind: 'template', template: now ?? before }
}

/** Pure: denial of a transition. Null if allowed. */
export function checkTransition(
  { template, open }: Pick<LockedTemplate, 'template' | 'open'>,
  move: VersionMove,
): Refused | null {
  const from: readonly VersionStatus[] = VERSION_MOVES[move].from
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

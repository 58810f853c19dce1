import { sql } from 'kysely'
import { createHash } from 'node:crypto'
import type { TemplateSourceRow } from '#entities/marketplace/template-source.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { violatedConstraint, type Transaction } from '#services/kernel/database/database.js'
import { lockName } from '#services/kernel/database/named-lock.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { requireSignedIn, rolesAllow } from '#services/identity/model/guard.js'
import { hasScope, type IdentityContext } from '#services/identity/model/caller.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import { productsOfTemplates } from '#services/catalog/products/products.js'
import { withdrawProduct } from '../model/template-product.js'
import { upsertSyncedProduct } from './upsert-synced-product.js'
import { upsertSyncedTemplate } from './upsert-synced-template.js'
import type { SyncedContent, SyncOutcome, SyncRequest } from './sync-request.js'

/**
 * Syncs our copy of a template that an integration owns: an approval lists it, an update changes it, and a rejection
 * ends its sale while owners keep it. Repeated calls have no effect.
 */
export async function receiveSync(context: CatalogContext, request: SyncRequest): Promise<SyncOutcome> {
  requireSync(context)
  if (request.action === 'nothing') return { changed: false, productId: null, message: 'Received. No change.' }
  if ('content' in request) requireExistingPlan(context, request.content)
  const outcome = await context.database
    .transaction((transaction) => take(context, transaction, request))
    .catch((error: unknown) => {
      if (!['template_slug', 'product_code'].includes(violatedConstraint(error) ?? '')) throw error
      throw new AppError('CONFLICT', 'code: another template already has this code.', { details: { field: 'code' } })
    })
  if (outcome.changed) await context.catalog.reload()
  return outcome
}

/** Requires an integration or an operator. A key of one account has no access to the marketplace sync. */
export function requireSync(context: IdentityContext): void {
  requireSignedIn(context)
  const { caller } = context
  if (rolesAllow(caller, 'ops:write')) return
  if (caller.kind !== 'service' || caller.accountId || !hasScope(caller, 'marketplace:sync'))
    throw new AppError('FORBIDDEN', 'Scope marketplace:sync is required.')
}

/** A template that requires an unknown plan would be listed but never deployable. */
function requireExistingPlan(context: CatalogContext, { requiredPlan }: SyncedContent): void {
  if (!requiredPlan || context.catalog.current().planByCode.has(requiredPlan)) return
  throw new AppError('BAD_REQUEST', `required_plan_name: plan '${requiredPlan}' not found.`, {
    details: { field: 'required_plan_name' },
  })
}

async function take(
  context: CatalogContext,
  transaction: Transaction,
  request: Exclude<SyncRequest, { action: 'nothing' }>,
): Promise<SyncOutcome> {
  const { externalId: templateId } = request
  await lockSync(transaction, templateId)
  const outcome =
    'content' in request
      ? await offer(transaction, request, await findSource(transaction, templateId))
      : await reject(transaction, templateId)
  if (!outcome.changed) return outcome
  const input = { templateId, action: request.action, productId: outcome.productId }
  await writeOutbox(transaction, {
    type: 'marketplace.synced',
    accountId: null,
    payload: input,
    at: context.clock.now(),
    requestId: context.requestId,
  })
  await recordAudit(transaction, {
    accountId: null,
    actor: context.caller.principal,
    action: `marketplace.sync.${request.action}`,
    object: templateId,
    details: input,
  })
  transaction.announce(CATALOG_TOPIC)
  return outcome
}

async function offer(
  transaction: Transaction,
  request: Extract<SyncRequest, { content: SyncedContent }>,
  source: TemplateSourceRow | null,
): Promise<SyncOutcome> {
  const { externalId: templateId, numericId, content, action } = request
  // Another Stackgate's templates have ids of our form; those of other things name no template.
  if (![null, 'tpl'].includes(prefixOf(templateId)))
    throw new AppError('BAD_REQUEST', 'external_id belongs to an object that is not a template.', {
      details: { field: 'external_id' },
    })
  const approval = action === 'approve' ? fingerprint(content) : null
  const [known] = await productsOfTemplates(transaction, [templateId])
  // A late second delivery of the same approval must not undo the updates that came since.
  if (approval && source?.approval === approval)
    return { changed: false, productId: known?.id ?? null, message: 'This approval was already processed.' }
  if (action === 'update' && !(await exists(transaction, templateId)))
    throw new AppError('NOT_FOUND', 'external_id: template not found. Approve it first.', {
      details: { field: 'external_id' },
    })
  const ours = source === null && (await exists(transaction, templateId))
  const written = ours
    ? { changed: false, vendorId: null }
    : await upsertSyncedTemplate(transaction, { templateId, numericId, content, approval, lists: action === 'approve' })
  const product = await upsertSyncedProduct(transaction, templateId, { ...content, vendorId: written.vendorId, ours })
  const changed = written.changed || product.changed
  return {
    changed,
    productId: product.id,
    message: changed ? 'Template synced.' : 'No change.',
  }
}

async function reject(transaction: Transaction, templateId: string): Promise<SyncOutcome> {
  const [product] = await productsOfTemplates(transaction, [templateId])
  const isWithdrawn = await withdrawProduct(transaction, templateId)
  await transaction.query
    .updateTable('template_source')
    .set({ approval: null, syncedAt: sql`now()` })
    .where('templateId', '=', templateId)
    .execute()
  // A template that was never sold has no product to take off sale: it is deprecated instead.
  const isSynced = (await findSource(transaction, templateId)) !== null
  const isDeprecated = !product && isSynced && (await deprecate(transaction, templateId))
  const changed = isWithdrawn || isDeprecated
  return {
    changed,
    productId: product?.id ?? null,
    message: changed ? 'The template is no longer sold. Owners keep it.' : 'The template was not for sale.',
  }
}

/** Only one sync of a template runs at a time, also before the template has a row. */
export const lockSync = (transaction: Transaction, templateId: string): Promise<void> =>
  lockName(transaction, `sync ${templateId}`)

async function findSource(transaction: Transaction, templateId: string): Promise<TemplateSourceRow | null> {
  const source = await transaction.query
    .selectFrom('template_source')
    .selectAll()
    .where('templateId', '=', templateId)
    .executeTakeFirst()
  return source ?? null
}

async function deprecate(transaction: Transaction, templateId: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction.query
    .updateTable('template')
    .set({ status: 'DEPRECATED' })
    .where('id', '=', templateId)
    .where('status', '=', 'APPROVED')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

async function exists(transaction: Transaction, templateId: string): Promise<boolean> {
  const template = await transaction.query
    .selectFrom('template')
    .select('id')
    .where('id', '=', templateId)
    .executeTakeFirst()
  return template !== undefined
}

const fingerprint = (content: SyncedContent): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url')

import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { violatedConstraint, type Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { categoryCodes, insertDraft, presentContent, templateWithVendor } from '../templates/template-records.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { templatesByIds } from '../templates/template-queries.js'
import { ensureVendor } from '../vendors/ensure-vendor.js'
import { applyContent, contentDenial, slugIssues, type ContentInput } from '../model/content-input.js'

export interface CreateTemplate extends ContentInput {
  /** Account that publishes it. Default: the caller's current account. */
  readonly accountId?: string | null
  readonly slug: string
  readonly name: string
  readonly definition: unknown
  readonly idempotencyKey: string
}

export interface TemplateDone {
  readonly kind: 'template'
  readonly template: TemplateRow
}

export type TemplateOutcome = TemplateDone | Denied

/** Writes the first draft of a template, seen by its vendor and by operators alone. */
export async function createTemplate(context: CatalogContext, input: CreateTemplate): Promise<TemplateOutcome> {
  const account = await requireAccount(context, input.accountId, 'marketplace:publish')
  if (!mayAccess(context.caller, '/templates:POST'))
    throw new AppError('FORBIDDEN', 'Only vendors, developers and operators can create templates.')
  const plans = new Set(context.catalog.current().plans.map(({ code }) => code))
  const { content, issues } = applyContent(null, input, { categories: await categoryCodes(context.database), plans })
  const fault = contentDenial([...slugIssues(input.slug), ...issues])
  if (fault) return denied(fault)
  try {
    return await runIdempotent<TemplateDone>(context.database, {
      scope: idempotencyScope(context.caller, account.id, 'createTemplate', input.idempotencyKey),
      request: { ...input, accountId: account.id },
      replay: async (transaction, { id }) => done(transaction, id),
      execute: async (transaction) => {
        await lockAccount(transaction, account.id)
        const now = context.clock.now()
        const vendor = await ensureVendor(transaction, account, now)
        if (await templateWithVendor(transaction, { slug: input.slug })) return denied(slugTaken())
        const id = transaction.newId('tpl')
        await transaction.query
          .insertInto('template')
          .values({
            id,
            slug: input.slug,
            name: content.name,
            vendorId: vendor.id,
            status: 'DRAFT',
            stack: content.stack,
            definition: content.definition,
            version: 1,
            createdAt: now,
          })
          .execute()
        await presentContent(transaction, id, content)
        await insertDraft(transaction, { templateId: id, number: 1, content, at: now })
        await publishTemplateEvent(context, transaction, id, {
          type: 'template.created',
          summary: `${content.name} was created as a draft.`,
        })
        return { value: await done(transaction, id), reference: { __typename: 'Template', id } }
      },
    })
  } catch (error) {
    // Of two concurrent creations the database decides.
    if (violatedConstraint(error) === 'template_slug') return denied(slugTaken())
    throw error
  }
}

const slugTaken = (): Refused => refused('SLUG_TAKEN', 'slug already exists. Choose another one.', { field: 'slug' })

async function done(transaction: Transaction, id: string): Promise<TemplateDone> {
  const [template] = await templatesByIds(transaction, [id])
  if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
  return { kind: 'template', template }
}

import type { GrantTemplateArgs } from '#schema/marketplace/template-mutations.input.js'
import { idempotencyOwner } from '#services/identity/model/caller.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { ProductRow } from '#entities/catalog/product.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { productsOfTemplates } from '#services/catalog/products/products.js'
import { findPublished } from '../templates/template-queries.js'
import { applyOwnership } from './apply-ownership.js'
import { ownsTemplate } from './ownership-queries.js'

export interface GrantedTemplate {
  readonly kind: 'granted'
  readonly product: ProductRow
  readonly template: TemplateRow
}

export type GrantTemplateOutcome = GrantedTemplate | Denied

const MAX_REASON_LENGTH = 500

/** Grants an account a sold template permanently and free of charge, once per idempotency key. Operators only. */
export async function grantTemplate(context: CatalogContext, input: GrantTemplateArgs): Promise<GrantTemplateOutcome> {
  const reason = input.reason.trim()
  if (!reason || reason.length > MAX_REASON_LENGTH)
    return denied(
      refused('INVALID_PARAMETERS', `reason must be 1 to ${MAX_REASON_LENGTH} characters long.`, { field: 'reason' }),
    )
  const account = await requireAccount(context, input.accountId, 'account:read')
  const template = await findPublished(context.database, input.templateId)
  if (!template) throw new AppError('NOT_FOUND', 'Template not found.')
  const [product] = await productsOfTemplates(context.database, [template.id])
  if (!product)
    return denied(refused('NOT_FOR_SALE', `${template.name} is free and needs no grant.`, { field: 'templateId' }))
  const granted: GrantedTemplate = { kind: 'granted', product, template }
  const { principal } = context.caller
  return runIdempotent<GrantedTemplate>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'grantTemplate', input.idempotencyKey),
    request: { templateId: template.id, reason },
    replay: () => Promise.resolve(granted),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const at = context.clock.now()
      if (await ownsTemplate(transaction, account.id, template.id, at))
        return denied(refused('ALREADY_OWNED', 'The account already owns this template.', { field: 'templateId' }))
      const cause = { accountId: account.id, templateId: template.id, sourceType: 'operator', since: at } as const
      const sourceId = `${idempotencyOwner(context.caller)}:${input.idempotencyKey}`
      await applyOwnership(transaction, { ...cause, sourceId }, { held: true, suspended: false, expiresAt: null }, at)
      const decisionInput = { templateId: template.id, productId: product.id, reason, by: principal }
      await recordAccountEvent(transaction, account.id, at, {
        type: 'template.granted',
        summary: `${template.name} was granted by an operator.`,
        subject: { __typename: 'Template', id: template.id },
        changesEntitlements: true,
        data: decisionInput,
      })
      const { requestId } = context
      await writeOutbox(transaction, {
        type: 'template.granted',
        accountId: account.id,
        payload: decisionInput,
        at,
        requestId,
      })
      return { value: granted, reference: { __typename: 'Template', id: template.id } }
    },
  })
}

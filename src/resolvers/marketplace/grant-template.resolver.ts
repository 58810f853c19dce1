import { Ctx, ID, Resolver } from 'type-graphql'
import { PurchaseResult } from '#schema/billing/purchase-result.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { IDEMPOTENCY_KEY, REASON } from '#schema/kernel/descriptions.js'
import { grantTemplate } from '#services/marketplace/ownership/grant-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'

@Resolver()
export class GrantTemplateResolver {
  @mutation(
    'Grants an account ownership of a paid template free of charge. Requires an operator.',
    () => PurchaseResult,
  )
  async grantTemplate(
    @Ctx() context: RequestContext,
    @arg('accountId', 'Account that gets the template, by ID or reference.', () => ID) accountId: string,
    @arg('templateId', 'ID of the template.', () => ID) templateId: string,
    @arg('reason', REASON, () => String) reason: string,
    @arg('idempotencyKey', IDEMPOTENCY_KEY, () => String)
    idempotencyKey: string,
  ): Promise<PurchaseResult> {
    const outcome = await grantTemplate(context, { accountId, templateId, reason, idempotencyKey })
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const product = toProduct(context.catalog.current(), outcome.product)
    return { __typename: 'PurchaseGranted', product, purchase: null }
  }
}

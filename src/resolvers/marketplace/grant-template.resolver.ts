import { Ctx, Resolver } from 'type-graphql'
import { arg, mutation } from '#schema/kernel/decorators.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { GrantTemplateInput } from '#schema/marketplace/template-mutations.input.js'
import { GrantTemplateResult } from '#schema/marketplace/template-mutations.type.js'
import { grantTemplate } from '#services/marketplace/ownership/grant-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toTemplate } from './template.mapper.js'

@Resolver()
export class GrantTemplateResolver {
  @mutation(
    'Grants an account ownership of a paid template free of charge. Requires an operator.',
    () => GrantTemplateResult,
  )
  async grantTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, template and reason.', () => GrantTemplateInput) input: GrantTemplateInput,
  ): Promise<GrantTemplateResult> {
    const outcome = await grantTemplate(context, input)
    if (outcome.kind === 'denied') return toDenial<Refused>(context, outcome.denial)
    const product = toProduct(context.catalog.current(), outcome.product)
    return { __typename: 'GrantTemplatePayload', template: await toTemplate(context, outcome.template), product }
  }
}

import { requires } from '#schema/kernel/requires.js'
import { TemplatePayload, type Template } from '#schema/marketplace/template.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { mutation } from '#schema/kernel/decorators.js'
import { GrantTemplateArgs } from '#schema/marketplace/template-mutations.input.js'
import { grantTemplate } from '#services/marketplace/ownership/grant-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toTemplate } from './template.mapper.js'

@Resolver()
export class GrantTemplateResolver {
  @mutation('Grants an account ownership of a paid template free of charge.', () => TemplatePayload)
  @requires('OPS_WRITE')
  async grantTemplate(
    @Ctx() context: RequestContext,
    @mutationArgs(() => GrantTemplateArgs) input: GrantTemplateArgs,
  ): Promise<Template | Denial> {
    const outcome = await grantTemplate(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return toTemplate(context, outcome.template)
  }
}

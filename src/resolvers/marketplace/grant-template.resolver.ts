import { TemplatePayload, type Template } from '#schema/marketplace/template.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver } from 'type-graphql'
import { GrantTemplateArgs } from '#schema/marketplace/template-mutations.input.js'
import { grantTemplate } from '#services/marketplace/ownership/grant-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toTemplate } from './template.mapper.js'
import { mutation } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

@Resolver()
export class GrantTemplateResolver {
  @mutation('Grants an account ownership of a paid template free of charge.', {
    payload: () => TemplatePayload,
    permission: 'OPS_WRITE',
    moves: 'entitlements',
  })
  async grantTemplate(
    @Ctx() context: RequestContext,
    @mutationArgs(() => GrantTemplateArgs) input: GrantTemplateArgs,
  ): Promise<Template | Denied> {
    const outcome = await grantTemplate(context, input)
    if (outcome.kind === 'denied') return outcome
    return toTemplate(context, outcome.template)
  }
}

import { Ctx, Resolver, Root } from 'type-graphql'
import { PurchaseTemplateInput } from '#schema/billing/purchase.input.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { PurchaseTemplateResult } from '#schema/marketplace/template-mutations.type.js'
import { Template } from '#schema/marketplace/template.type.js'
import { purchasedTemplates } from '#services/marketplace/ownership/read-ownership.js'
import { purchaseTemplate } from '#services/marketplace/purchases/purchase-template.js'
import { toCheckout } from '../billing/checkout.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toTemplate } from './template.mapper.js'

@Resolver(() => Template)
export class PurchaseTemplateResolver {
  @mutation('Starts a checkout for a template and returns its payment page.', () => PurchaseTemplateResult)
  async purchaseTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Template, payer and payment options.', () => PurchaseTemplateInput) input: PurchaseTemplateInput,
  ): Promise<PurchaseTemplateResult> {
    const outcome = await purchaseTemplate(context, input)
    return outcome.kind === 'checkout' ? toCheckout(context, outcome.checkout) : toDenial(context, outcome.denial)
  }
}

@Resolver(() => Account)
export class AccountTemplatesResolver {
  @fieldResolver('Templates that the account owns, oldest ownership first.', () => [Template])
  async purchasedTemplates(@Ctx() context: RequestContext, @Root() account: Account): Promise<Template[]> {
    const ownedTemplates = (id: string) => context.loaders.ownedTemplates.load(id)
    const owned = await purchasedTemplates(context, account.id, { ownedTemplates })
    const templates = await Promise.all(owned.map(({ templateId }) => context.loaders.template.load(templateId)))
    return Promise.all(templates.flatMap((template) => (template ? [toTemplate(context, template)] : [])))
  }
}

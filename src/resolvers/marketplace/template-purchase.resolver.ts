import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { PurchaseResult } from '#schema/billing/purchase-result.type.js'
import { PurchaseTemplateInput } from '#schema/billing/purchase.input.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { IDEMPOTENCY_KEY, REASON } from '#schema/kernel/descriptions.js'
import { SetTemplatePriceInput, TemplateResult } from '#schema/marketplace/set-template-price.type.js'
import { Template } from '#schema/marketplace/template.type.js'
import { visibleAccount } from '#services/identity/guard/guard.js'
import { grantTemplate } from '#services/marketplace/ownership/grant-template.js'
import { purchaseTemplate } from '#services/marketplace/purchases/purchase-template.js'
import { setTemplatePrice, withdrawTemplatePrice } from '#services/marketplace/products/set-template-price.js'
import { toCheckout } from '../billing/checkout.mapper.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toTemplate } from './template.mapper.js'

@Resolver(() => Template)
export class TemplatePurchaseResolver {
  @mutation('Starts a checkout for a template and returns its payment page.', () => PurchaseResult)
  async purchaseTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Template, payer and payment options.', () => PurchaseTemplateInput) input: PurchaseTemplateInput,
  ): Promise<PurchaseResult> {
    const outcome = await purchaseTemplate(context, input)
    return outcome.kind === 'checkout' ? toCheckout(context, outcome.checkout) : toDenial(context, outcome.denial)
  }

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

  @mutation(
    'Sets the price of a template for new buyers. Owners keep the template, and monthly subscribers keep their price. Requires the vendor or an operator.',
    () => TemplateResult,
  )
  async setTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('input', 'Template and its new price.', () => SetTemplatePriceInput) input: SetTemplatePriceInput,
  ): Promise<TemplateResult> {
    const outcome = await setTemplatePrice(context, input)
    return outcome.kind === 'template' ? toTemplate(context, outcome.template) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Stops selling a template. Owners keep it; it does not become free. Requires the vendor or an operator.',
    () => TemplateResult,
  )
  async withdrawTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('templateId', 'ID of the template.', () => ID) templateId: string,
  ): Promise<TemplateResult> {
    const outcome = await withdrawTemplatePrice(context, templateId)
    return outcome.kind === 'template' ? toTemplate(context, outcome.template) : toDenial(context, outcome.denial)
  }
}

@Resolver(() => Account)
export class AccountTemplatesResolver {
  @fieldResolver('Templates that the account owns, oldest ownership first.', () => [Template])
  async purchasedTemplates(@Ctx() context: RequestContext, @Root() account: Account): Promise<Template[]> {
    if (!(await visibleAccount(context, account.id, 'account:read'))) return []
    const owned = await context.loaders.ownedTemplates.load(account.id)
    const templates = await Promise.all(owned.map(({ templateId }) => context.loaders.template.load(templateId)))
    return Promise.all(templates.flatMap((template) => (template ? [toTemplate(context, template)] : [])))
  }
}

import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { PurchaseResult } from '../../schema/billing/purchase-result.type.js'
import { PurchaseTemplateInput } from '../../schema/billing/purchase.input.js'
import { Account } from '../../schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '../../schema/kernel/decorators.js'
import { SetTemplatePriceInput, TemplateResult } from '../../schema/marketplace/set-template-price.type.js'
import { Template } from '../../schema/marketplace/template.type.js'
import { visibleAccount } from '../../services/identity/guard/guard.js'
import { grantTemplate } from '../../services/marketplace/ownership/grant-template.js'
import { purchaseTemplate } from '../../services/marketplace/purchases/purchase-template.js'
import { setTemplatePrice, withdrawTemplatePrice } from '../../services/marketplace/products/set-template-price.js'
import { toCheckout } from '../billing/checkout.mapper.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toTemplate } from './template.mapper.js'

@Resolver(() => Template)
export class TemplatePurchaseResolver {
  @mutation(
    'Begins to buy the right to deploy a template: answers with the page to send the buyer to.',
    () => PurchaseResult,
  )
  async purchaseTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Which template to buy, and how to pay.', () => PurchaseTemplateInput) input: PurchaseTemplateInput,
  ): Promise<PurchaseResult> {
    const outcome = await purchaseTemplate(context, input)
    return outcome.kind === 'checkout' ? toCheckout(context, outcome.checkout) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Gives an account the right to deploy a template that is sold, for ever and for nothing. For operators.',
    () => PurchaseResult,
  )
  async grantTemplate(
    @Ctx() context: RequestContext,
    @arg('accountId', 'Who gets it, by id or reference.', () => ID) accountId: string,
    @arg('templateId', 'The template.', () => ID) templateId: string,
    @arg('reason', 'Why, for the books: 1 to 500 characters.', () => String) reason: string,
    @arg(
      'idempotencyKey',
      "The caller's own key: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
      () => String,
    )
    idempotencyKey: string,
  ): Promise<PurchaseResult> {
    const outcome = await grantTemplate(context, { accountId, templateId, reason, idempotencyKey })
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const product = toProduct(context.catalog.current(), outcome.product)
    return { __typename: 'PurchaseGranted', product, purchase: null }
  }

  @mutation(
    'Sets what a template costs from now on; who owns it already keeps it, and who pays by the month keeps the price. For its vendor and operators.',
    () => TemplateResult,
  )
  async setTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('input', 'The template and its price.', () => SetTemplatePriceInput) input: SetTemplatePriceInput,
  ): Promise<TemplateResult> {
    const outcome = await setTemplatePrice(context, input)
    return outcome.kind === 'template' ? toTemplate(context, outcome.template) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Takes a template off sale: who owns it keeps it, nobody new buys it, and it is not free. For its vendor and operators.',
    () => TemplateResult,
  )
  async withdrawTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('templateId', 'The template.', () => ID) templateId: string,
  ): Promise<TemplateResult> {
    const outcome = await withdrawTemplatePrice(context, templateId)
    return outcome.kind === 'template' ? toTemplate(context, outcome.template) : toDenial(context, outcome.denial)
  }
}

@Resolver(() => Account)
export class AccountTemplatesResolver {
  @fieldResolver('The templates that the account owns, the first one first.', () => [Template])
  async purchasedTemplates(@Ctx() context: RequestContext, @Root() account: Account): Promise<Template[]> {
    if (!(await visibleAccount(context, account.id, 'account:read'))) return []
    const owned = await context.loaders.ownedTemplates.load(account.id)
    const templates = await Promise.all(owned.map(({ templateId }) => context.loaders.template.load(templateId)))
    return Promise.all(templates.flatMap((template) => (template ? [toTemplate(context, template)] : [])))
  }
}

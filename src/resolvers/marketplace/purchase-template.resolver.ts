import { CheckoutPayload } from '#schema/billing/checkout.type.js'
import { keyedInput } from '#schema/kernel/mutation-arguments.js'
import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { PurchaseTemplateInput } from '#schema/billing/purchase.input.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { Template, TemplateConnection } from '#schema/marketplace/template.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { purchasedTemplates } from '#services/marketplace/ownership/read-ownership.js'
import { purchaseTemplate } from '#services/marketplace/purchases/purchase-template.js'
import { toCheckout } from '../billing/checkout.mapper.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toTemplate } from './template.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const TEMPLATES_PER_PAGE = 50
const TemplatesArgs = pageArgs(TEMPLATES_PER_PAGE)

@Resolver(() => Template)
export class PurchaseTemplateResolver {
  @mutation('Starts a checkout for a template and returns its payment page.', {
    payload: () => CheckoutPayload,
    permission: 'BILLING_MANAGE',
    moves: 'money',
  })
  purchaseTemplate(
    @Ctx() context: RequestContext,
    @keyedInput('Template, payer and payment options.', () => PurchaseTemplateInput) input: PurchaseTemplateInput,
  ) {
    return unlessDenied(purchaseTemplate(context, input), (outcome) => toCheckout(context, outcome.checkout))
  }
}

@Resolver(() => Account)
export class AccountTemplatesResolver {
  @fieldResolver('Templates that the account owns, oldest ownership first.', () => TemplateConnection, {
    nullable: true,
  })
  async purchasedTemplates(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => TemplatesArgs) args: PageArgs,
  ): Promise<TemplateConnection> {
    const page = await purchasedTemplates(context, account.id, pageRequest(args, TEMPLATES_PER_PAGE))
    const nodes = await Promise.all(
      page.items.map(async ({ templateId }) => toTemplate(context, (await context.loaders.template.load(templateId))!)),
    )
    return toCountedConnection(page, nodes)
  }
}

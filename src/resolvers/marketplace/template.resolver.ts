import { Denial } from '#schema/kernel/denial.type.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { CurrencyCode, JSONValue, SafeInt, Url } from '#schema/kernel/scalars.js'
import { Category } from '#schema/marketplace/category.type.js'
import { Product } from '#schema/catalog/product.type.js'
import { TemplateBy, TemplateFilter, TemplateOrder } from '#schema/marketplace/template-list.type.js'
import { Template, TEMPLATE_COUNT, TemplateConnection, TemplateLink } from '#schema/marketplace/template.type.js'
import { TemplateFile, TemplateParameter } from '#schema/marketplace/template-parameter.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import type { TemplateNotPurchased } from '#services/marketplace/eligibility/decide-eligibility.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { templates, visibleTemplate } from '#services/marketplace/templates/templates.js'
import { visibleTemplateById } from '#services/marketplace/templates/template-visibility.js'
import { readDefinition } from '#services/marketplace/templates/definition/read-definition.js'
import { writtenDefinition } from '#services/marketplace/templates/definition/written-definition.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import { toPrice } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { planOfCode, toCategory, toTemplate, toVendor, visibilityLoaders } from './template.mapper.js'

const TEMPLATES_PER_PAGE = 20
const LIKE_DEFINITION = 'Empty unless the caller may read the definition.'

type CountedOnDemand = TemplateConnection & { readonly countAll?: () => Promise<number> }

@ArgsType()
class TemplatesArgs extends pageArgs(TEMPLATES_PER_PAGE) {
  @field('Templates to return. Default: all.', () => TemplateFilter, { nullable: true })
  filter?: TemplateFilter | null

  @field('Order of the templates. Default: RELEVANCE with search words, otherwise NEWEST.', () => TemplateOrder, {
    nullable: true,
  })
  orderBy?: TemplateOrder | null
}

/** Counting a whole category costs more than reading a page, so it is computed only if selected. */
@Resolver(() => TemplateConnection)
export class TemplateConnectionResolver {
  @fieldResolver(TEMPLATE_COUNT, () => SafeInt)
  totalCount(@Root() page: CountedOnDemand): Promise<number> | number {
    return page.countAll ? page.countAll() : page.totalCount
  }
}

@Resolver(() => Template)
export class TemplateResolver {
  @query('Published templates. Public.', () => TemplateConnection, { nullable: true })
  async templates(
    @Ctx() context: RequestContext,
    @Args(() => TemplatesArgs) args: TemplatesArgs & PageArgs,
  ): Promise<TemplateConnection> {
    const page = await templates(context, args, pageRequest(args, TEMPLATES_PER_PAGE))
    const nodes = await Promise.all(page.items.map((row) => toTemplate(context, row)))
    return toCountedConnection(page, nodes)
  }

  @query('Template by ID or slug. Null if it does not exist or is not visible to the caller.', () => Template, {
    nullable: true,
  })
  async template(
    @Ctx() context: RequestContext,
    @arg('by', 'ID or slug of the template.', () => TemplateBy) by: TemplateBy,
  ): Promise<Template | null> {
    const row = await visibleTemplate(context, by)
    return row && toTemplate(context, row)
  }

  @fieldResolver(
    'Content of the stack. Null unless the caller may read it: any signed-in user for a free template, otherwise owners, the vendor and operators.',
    () => JSONValue,
    { nullable: true },
  )
  definition(@Ctx() context: RequestContext, @Root() template: Template): Promise<unknown> {
    return this.#read(
      context,
      template,
      async () => template.wholeDefinition ?? writtenDefinition(await load(context, template)),
    )
  }

  @fieldResolver(
    `Parameters of a deployment: those that the vendor described, then derived ones. ${LIKE_DEFINITION}`,
    () => [TemplateParameter],
  )
  parameters(@Ctx() context: RequestContext, @Root() template: Template): Promise<readonly TemplateParameter[]> {
    return this.#list(context, template, parametersOf)
  }

  @fieldResolver(`Files that services mount. ${LIKE_DEFINITION}`, () => [TemplateFile])
  files(@Ctx() context: RequestContext, @Root() template: Template): Promise<readonly TemplateFile[]> {
    return this.#list(context, template, ({ files }) => files)
  }

  async #list<Item>(
    context: RequestContext,
    template: Template,
    itemsOf: (row: TemplateRow) => readonly Item[],
  ): Promise<readonly Item[]> {
    return (await this.#read(context, template, async () => itemsOf(await load(context, template)))) ?? []
  }

  /** A part of the content of a template. Null if the caller may not read it. */
  async #read<Part>(context: RequestContext, template: Template, part: () => Promise<Part>): Promise<Part | null> {
    const vendor = template.vendorId ? await context.loaders.vendor.load(template.vendorId) : null
    const input = {
      templateId: template.id,
      sold: template.productId !== null,
      vendorAccountId: vendor?.accountId ?? null,
    }
    const owns = async (accountId: string) =>
      (await context.loaders.ownedTemplates.load(accountId)).some(({ templateId }) => templateId === template.id)
    return readDefinition(context, input, { owns, load: part })
  }

  @fieldResolver('Full description, in Markdown. Null if none.', () => String, { nullable: true })
  async longDescription(@Ctx() context: RequestContext, @Root() template: Template): Promise<string | null> {
    if (template.wholeDescription !== undefined) return template.wholeDescription
    return (await context.loaders.template.load(template.id))?.longDescription ?? null
  }

  @fieldResolver('HTTPS addresses of pictures, in display order.', () => [Url])
  async pictures(@Ctx() context: RequestContext, @Root() template: Template): Promise<readonly string[]> {
    return template.wholePictures ?? (await context.loaders.template.load(template.id))?.pictures ?? []
  }

  @fieldResolver('Pages about the template, in display order.', () => [TemplateLink])
  async links(@Ctx() context: RequestContext, @Root() template: Template): Promise<readonly TemplateLink[]> {
    return template.wholeLinks ?? (await context.loaders.template.load(template.id))?.links ?? []
  }

  @fieldResolver('Category of the template. Null if none.', () => Category, { nullable: true })
  async category(@Ctx() context: RequestContext, @Root() template: Template): Promise<Category | null> {
    const row = template.categoryId ? await context.loaders.category.load(template.categoryId) : null
    return row && toCategory(row)
  }

  @fieldResolver('Vendor of the template. Null for the operator.', () => Vendor, { nullable: true })
  async vendor(@Ctx() context: RequestContext, @Root() template: Template): Promise<Vendor | null> {
    const vendor = template.vendorId ? await context.loaders.vendor.load(template.vendorId) : null
    return vendor && toVendor(vendor)
  }

  @fieldResolver('Product that sells the template. Null if it is not sold.', () => Product, { nullable: true })
  product(@Ctx() context: RequestContext, @Root() template: Template): Product | null {
    const catalog = context.catalog.current()
    const product = template.productId ? catalog.productById.get(template.productId) : undefined
    return product ? toProduct(catalog, product) : null
  }

  @fieldResolver('Price of the template. Null if free, or if it is not sold in the currency.', () => Price, {
    nullable: true,
  })
  price(
    @Ctx() context: RequestContext,
    @Root() template: Template,
    @arg('currency', 'Currency of the price. Default: the first in which the template is sold.', () => CurrencyCode, {
      nullable: true,
    })
    currency: string | null,
  ): Price | null {
    const prices = template.isPaid ? this.product(context, template)?.allPrices : undefined
    return (currency ? prices?.find(({ money }) => money.currency === currency) : prices?.[0]) ?? null
  }

  @fieldResolver(
    'Lowest plan that can deploy the template. Null if every plan can, or the catalog has the plan no longer.',
    () => Plan,
    { nullable: true },
  )
  requiredPlan(@Ctx() context: RequestContext, @Root() template: Template): Plan | null {
    return planOfCode(context, template.requiredPlanCode)
  }
}

async function load(context: RequestContext, { id }: Template): Promise<TemplateRow> {
  return (await context.loaders.template.load(id))!
}

@Resolver(() => Denial)
export class DeniedTemplateResolver {
  @fieldResolver('Template to buy. Null if there is none, or if the caller cannot see it.', () => Template, {
    nullable: true,
  })
  async template(@Ctx() context: RequestContext, @Root() { source }: Denial): Promise<Template | null> {
    const templateId = isNotPurchased(source) ? source.templateId : null
    const row = templateId ? await visibleTemplateById(context, templateId, visibilityLoaders(context)) : null
    return row && toTemplate(context, row)
  }

  @fieldResolver('Price of the template to buy. Null if the denial is not about a template.', () => Price, {
    nullable: true,
  })
  price(@Root() { source }: Denial): Price | null {
    return isNotPurchased(source) ? toPrice(source.price) : null
  }
}

const isNotPurchased = (denial: DenialValue): denial is TemplateNotPurchased =>
  denial.__typename === 'TemplateNotPurchased'

import { Args, ArgsType, Ctx, ID, Int, Resolver, Root } from 'type-graphql'
import { Price } from '#schema/catalog/price.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import { Category } from '#schema/marketplace/category.type.js'
import { Product } from '#schema/marketplace/product.type.js'
import { Template, TEMPLATE_COUNT, TemplateConnection, TemplateSort } from '#schema/marketplace/template.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { recordView } from '#services/marketplace/counts/record-view.js'
import { countTemplates, templates, visibleTemplate } from '#services/marketplace/templates/templates.js'
import { readDefinition } from '#services/marketplace/templates/definition/read-definition.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { CreateTemplateInput, UpdateTemplateInput } from '#schema/marketplace/template-authoring.input.js'
import { SetTemplatePriceInput, TemplateResult } from '#schema/marketplace/set-template-price.type.js'
import { createTemplate } from '#services/marketplace/authoring/create-template.js'
import { updateTemplate } from '#services/marketplace/authoring/update-template.js'
import { deleteTemplate } from '#services/marketplace/review/delete-template.js'
import { deprecateTemplate } from '#services/marketplace/review/deprecate-template.js'
import { setTemplatePrice } from '#services/marketplace/products/set-template-price.js'
import { withdrawTemplatePrice } from '#services/marketplace/products/withdraw-template-price.js'
import type { RequestContext } from '#context/request-context.js'
import { toCategory, toTemplate, toTemplateResult, toVendor } from './template.mapper.js'

const TEMPLATES_PER_PAGE = 20
const idArg = () => arg('templateId', 'ID of the template.', () => ID)

@ArgsType()
class TemplatesArgs extends pageArgs(TEMPLATES_PER_PAGE) {
  @field('Words to find in name and description.', () => String, { nullable: true })
  search?: string | null

  @field('Code of the category. Default: all.', () => String, { nullable: true })
  category?: string | null

  @field('Tags that a template must all have. Default: no filter.', () => [String], { nullable: true })
  tags?: string[] | null

  @field('true: only paid templates. false: only free ones. Default: both.', () => Boolean, {
    nullable: true,
  })
  paid?: boolean | null

  @field('ID of the vendor whose templates to return. Default: all.', () => ID, { nullable: true })
  vendorId?: string | null

  @field('Order of the templates.', () => TemplateSort, { nullable: true, defaultValue: 'RECENT' })
  sort?: TemplateSort | null
}

type CountedOnDemand = TemplateConnection & { readonly countAll?: () => Promise<number> }

/** Counting a whole category costs more than reading a page, so it is computed only if selected. */
@Resolver(() => TemplateConnection)
export class TemplateConnectionResolver {
  @fieldResolver(TEMPLATE_COUNT, () => Int)
  totalCount(@Root() page: CountedOnDemand): Promise<number> | number {
    return page.countAll ? page.countAll() : page.totalCount
  }
}

@Resolver(() => Template)
export class TemplateResolver {
  @query('Published templates. Public.', () => TemplateConnection)
  async templates(
    @Ctx() context: RequestContext,
    @Args(() => TemplatesArgs) args: TemplatesArgs & PageArgs,
  ): Promise<CountedOnDemand> {
    const page = await templates(context.database, args, pageRequest(args, TEMPLATES_PER_PAGE))
    const nodes = await Promise.all(page.items.map((row) => toTemplate(context, row)))
    if (page.found !== null) return { ...toConnection(page, nodes), totalCount: page.found }
    return { ...toConnection(page, nodes), totalCount: 0, countAll: () => countTemplates(context.database, args) }
  }

  @query('Template by ID or slug. Null if it does not exist or is not visible to the caller.', () => Template, {
    nullable: true,
  })
  async template(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the template.', () => ID, { nullable: true }) id: string | null,
    @arg('slug', 'Slug of the template.', () => String, { nullable: true }) slug: string | null,
  ): Promise<Template | null> {
    const row = await visibleTemplate(context, { id, slug })
    if (row?.status === 'APPROVED') recordView(context, row.id)
    return row && toTemplate(context, row)
  }

  @mutation('Creates a template draft. Requires a vendor, a developer or an operator.', () => TemplateResult)
  async createTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Content of the new template.', () => CreateTemplateInput) input: CreateTemplateInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await createTemplate(context, input))
  }

  @mutation(
    'Changes a draft, or starts the next version of a published template. Requires the vendor or an operator.',
    () => TemplateResult,
  )
  async updateTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Fields to change.', () => UpdateTemplateInput) input: UpdateTemplateInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await updateTemplate(context, input))
  }

  @mutation(
    'Removes a published template from the marketplace. Owners keep it. Requires the vendor or an operator.',
    () => TemplateResult,
  )
  async deprecateTemplate(@Ctx() context: RequestContext, @idArg() id: string): Promise<TemplateResult> {
    return toTemplateResult(context, await deprecateTemplate(context, id))
  }

  @mutation(
    'Deletes a template, or hides it from everyone except its owners if any account has it. Requires the role root.',
    () => TemplateResult,
  )
  async deleteTemplate(@Ctx() context: RequestContext, @idArg() id: string): Promise<TemplateResult> {
    return toTemplateResult(context, await deleteTemplate(context, id))
  }

  @mutation(
    'Sets the price of a template for new buyers. Owners keep the template, and monthly subscribers keep their price. Requires the vendor or an operator.',
    () => TemplateResult,
  )
  async setTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('input', 'Template and its new price.', () => SetTemplatePriceInput) input: SetTemplatePriceInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await setTemplatePrice(context, input))
  }

  @mutation(
    'Stops selling a template. Owners keep it; it does not become free. Requires the vendor or an operator.',
    () => TemplateResult,
  )
  async withdrawTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('templateId', 'ID of the template.', () => ID) templateId: string,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await withdrawTemplatePrice(context, templateId))
  }

  @fieldResolver(
    'Content of the stack. Null unless the caller may read it: any signed-in user for a free template, otherwise owners, the vendor and operators.',
    () => JSONValue,
    { nullable: true },
  )
  async definition(@Ctx() context: RequestContext, @Root() template: Template): Promise<unknown> {
    const vendor = template.vendorId ? await context.loaders.vendor.load(template.vendorId) : null
    const input = {
      templateId: template.id,
      sold: template.productId !== null,
      vendorAccountId: vendor?.accountId ?? null,
    }
    const owns = async (accountId: string) =>
      (await context.loaders.ownedTemplates.load(accountId)).some(({ templateId }) => templateId === template.id)
    const load = async () =>
      template.wholeDefinition ?? (await context.loaders.template.load(template.id))?.definition ?? null
    return readDefinition(context, input, { owns, load })
  }

  @fieldResolver('Full description, in Markdown. Null if none.', () => String, { nullable: true })
  async longDescription(@Ctx() context: RequestContext, @Root() template: Template): Promise<string | null> {
    if (template.wholeDescription !== undefined) return template.wholeDescription
    return (await context.loaders.template.load(template.id))?.longDescription ?? null
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

  @fieldResolver('Price of the template. Null if free.', () => Price, { nullable: true })
  price(@Ctx() context: RequestContext, @Root() template: Template): Price | null {
    return template.isPaid ? (this.product(context, template)?.allPrices[0] ?? null) : null
  }
}

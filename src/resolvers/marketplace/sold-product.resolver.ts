import { Ctx, ID, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { Product } from '#schema/catalog/product.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { Template } from '#schema/marketplace/template.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { ownedSince } from '#services/marketplace/ownership/read-ownership.js'
import { visibleTemplateById } from '#services/marketplace/templates/template-visibility.js'
import { toTemplate, toVendor, visibilityLoaders } from './template.mapper.js'

const accountArg = () => arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true })

/** Template and vendor of a product, and its owners. */
@Resolver(() => Product)
export class SoldProductResolver {
  @fieldResolver(
    'Template that the product sells. Null for plans and packages, and if the caller cannot see the template.',
    () => Template,
    { nullable: true },
  )
  async template(@Ctx() context: RequestContext, @Root() product: Product): Promise<Template | null> {
    const { externalId, type } = product
    if (type !== 'TEMPLATE' || externalId === null) return null
    const row = await visibleTemplateById(context, externalId, visibilityLoaders(context))
    return row && toTemplate(context, row)
  }

  @fieldResolver('Vendor of the product. Null for the operator.', () => Vendor, { nullable: true })
  async vendor(@Ctx() context: RequestContext, @Root() product: Product): Promise<Vendor | null> {
    const vendor = product.vendorId ? await context.loaders.vendor.load(product.vendorId) : null
    return vendor && toVendor(vendor)
  }

  @fieldResolver('Whether the account has the plan or package, or owns the template.', () => Boolean)
  async owned(
    @Ctx() context: RequestContext,
    @Root() product: Product,
    @accountArg() accountId: string | null,
  ): Promise<boolean> {
    return (await this.ownedSince(context, product, accountId)) !== null
  }

  @fieldResolver('Time the account got the product (business clock). Null if not owned.', () => DateTime, {
    nullable: true,
  })
  ownedSince(
    @Ctx() context: RequestContext,
    @Root() product: Product,
    @accountArg() accountId: string | null,
  ): Promise<Date | null> {
    return ownedSince(context, product, accountId, {
      ownedTemplates: (id) => context.loaders.ownedTemplates.load(id),
      snapshot: (id) => context.loaders.snapshots.load(id),
    })
  }
}

import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Price } from '#schema/catalog/price.type.js'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG, CURRENCY_FILTER } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { CurrencyCode, DateTime } from '#schema/kernel/scalars.js'
import { Product, ProductConnection, ProductType } from '#schema/marketplace/product.type.js'
import { Vendor } from '#schema/marketplace/vendor.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { products } from '#services/catalog/products/products.js'
import { templateProduct } from '#services/marketplace/products/template-product.js'
import { ownedSince } from '#services/marketplace/ownership/read-ownership.js'
import { toConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toVendor } from '../marketplace/template.mapper.js'
import { toProduct } from './plan.mapper.js'

const PRODUCTS_PER_PAGE = 20

@ArgsType()
class ProductsArgs extends pageArgs(PRODUCTS_PER_PAGE) {
  @field('Kind of product to return. Default: all.', () => ProductType, { nullable: true })
  type?: ProductType | null

  @field('ID of the vendor whose products to return. Default: all.', () => ID, { nullable: true })
  vendorId?: string | null
}

const accountArg = () => arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true })

@Resolver(() => Product)
export class ProductResolver {
  @query('Products for sale: plans, packages and templates.', () => ProductConnection)
  products(
    @Ctx() context: RequestContext,
    @Args(() => ProductsArgs) args: ProductsArgs & PageArgs,
  ): Promise<ProductConnection> {
    const catalog = context.catalog.current()
    return products(catalog, args, pageRequest(args, PRODUCTS_PER_PAGE)).then((page) =>
      toConnection(
        page,
        page.items.map((product) => toProduct(catalog, product)),
      ),
    )
  }

  @query('Product of a template, by template ID. Null if the template is not sold.', () => Product, {
    nullable: true,
  })
  async templateProduct(
    @Ctx() context: RequestContext,
    @arg('externalId', 'ID of the template.', () => String) externalId: string,
  ): Promise<Product | null> {
    const product = await templateProduct(context.database, externalId)
    return product && toProduct(context.catalog.current(), product)
  }

  @fieldResolver('Prices of the product.', () => [Price])
  prices(
    @Root() product: Product,
    @arg('currency', CURRENCY_FILTER, () => CurrencyCode, { nullable: true }) currency: string | null,
  ): readonly Price[] {
    return currency ? product.allPrices.filter((price) => price.money.currency === currency) : product.allPrices
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

  @fieldResolver('Time the account got the product. Null if not owned.', () => DateTime, { nullable: true })
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

import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Package } from '#schema/catalog/package.type.js'
import { Plan } from '#schema/catalog/plan.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { CURRENCY_FILTER } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { CurrencyCode } from '#schema/kernel/scalars.js'
import { Product, PRODUCT_COUNT, ProductBy, ProductConnection, ProductType } from '#schema/catalog/product.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { product, products } from '#services/catalog/products/products.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { packageByProduct } from '#services/catalog/packages/packages-for-sale.js'
import { toPackage, toPlan, toProduct } from './plan.mapper.js'

const PRODUCTS_PER_PAGE = 20

@ArgsType()
class ProductsArgs extends pageArgs(PRODUCTS_PER_PAGE) {
  @field('Kinds of products to return. Default: all.', () => [ProductType], { nullable: true })
  types?: ProductType[] | null

  @field('ID of the vendor whose products to return. Default: all.', () => ID, { nullable: true })
  vendorId?: string | null
}

@Resolver(() => Product)
export class ProductResolver {
  @query('Products for sale: plans, packages and templates.', () => ProductConnection, { nullable: true })
  products(
    @Ctx() context: RequestContext,
    @Args(() => ProductsArgs) args: ProductsArgs & PageArgs,
  ): Promise<ProductConnection> {
    const catalog = context.catalog.current()
    return products(catalog, args, pageRequest(args, PRODUCTS_PER_PAGE)).then((page) =>
      toCountedConnection(
        page,
        page.items.map((product) => toProduct(catalog, product)),
      ),
    )
  }

  @query('Product by ID, code or template. Null if there is none.', () => Product, { nullable: true })
  async product(
    @Ctx() context: RequestContext,
    @arg('by', 'ID, code or template of the product.', () => ProductBy) by: ProductBy,
  ): Promise<Product | null> {
    const found = await product(context, by)
    return found && toProduct(context.catalog.current(), found)
  }

  @fieldResolver('Prices of the product.', () => [Price])
  prices(
    @Root() product: Product,
    @arg('currency', CURRENCY_FILTER, () => CurrencyCode, { nullable: true }) currency: string | null,
  ): readonly Price[] {
    return currency ? product.allPrices.filter((price) => price.money.currency === currency) : product.allPrices
  }

  @fieldResolver('Plan that the product sells. Null for packages and templates.', () => Plan, { nullable: true })
  plan(@Ctx() context: RequestContext, @Root() product: Product): Plan | null {
    const plan = context.catalog.current().plans.find(({ productId }) => productId === product.id)
    return plan ? toPlan(plan) : null
  }

  @fieldResolver('Package that the product sells. Null for plans and templates.', () => Package, { nullable: true })
  package(@Ctx() context: RequestContext, @Root() product: Product): Package | null {
    const sold = packageByProduct(context.catalog.current(), product.id)
    return sold ? toPackage(sold) : null
  }
}

export const ProductCountResolver = countedResolver(ProductConnection, PRODUCT_COUNT)

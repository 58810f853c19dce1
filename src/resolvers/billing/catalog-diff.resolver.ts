import { Ctx, Resolver } from 'type-graphql'
import { CatalogDifference } from '#schema/billing/catalog-diff.type.js'
import { COMPARED_PROVIDER, PaymentProvider } from '#schema/billing/payment-provider.js'
import { arg, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { catalogDiff } from '#services/billing/catalog-push/catalog-diff.js'
import type { RequestContext } from '#context/request-context.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toMoney, toPrice } from '../kernel/price.mapper.js'

@Resolver()
export class CatalogDiffResolver {
  @query(
    'Differences between the loaded catalog and a payment provider, which is read now, in the order in which a push ends them. Empty if the provider matches the catalog.',
    () => [CatalogDifference],
    { nullable: true },
  )
  @requires('OPS_READ')
  async catalogDiff(
    @Ctx() context: RequestContext,
    @arg('provider', COMPARED_PROVIDER, () => PaymentProvider, { nullable: true })
    provider: PaymentProvider | null,
  ): Promise<CatalogDifference[]> {
    const found = await catalogDiff(context, provider)
    const catalog = context.catalog.current()
    return found.map(({ product, price, providerMoney, ...difference }) => ({
      __typename: 'CatalogDifference',
      ...difference,
      product: product && toProduct(catalog, product),
      price: price && toPrice(price),
      providerMoney: providerMoney && toMoney(providerMoney),
    }))
  }
}

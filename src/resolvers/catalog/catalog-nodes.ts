import { mapped, rowNodes, type LoadNode } from '#context/nodes.js'
import { featureById } from '#services/catalog/features/features.js'
import { packageById } from '#services/catalog/packages/packages-for-sale.js'
import { isOfOneAccount } from '#services/catalog/snapshot/catalog-snapshot.js'
import { toPrice } from '../kernel/price.mapper.js'
import { toFeature, toPackage, toPlan, toPlanVersion, toProduct } from './plan.mapper.js'
import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { toPriceList } from './price-list.mapper.js'

/** Plans, packages, products, prices and features. Negotiated ones are not public: billing loads them. */
export const catalogNodes = {
  ftr: (context, id) => mapped(featureById(context, id), toFeature),
  ...rowNodes({
    prl: async (context, id) =>
      mapped(await readAsOperator(context, () => context.loaders.priceList.load(id)), toPriceList),
    pln: (context, id) => mapped(context.catalog.current().planById.get(id), toPlan),
    plv: (context, id) => {
      const version = context.catalog.current().planByVersionId.get(id)
      return version && !isOfOneAccount(version) ? toPlanVersion(version) : null
    },
    prc: (context, id) => {
      const price = context.catalog.current().priceById.get(id)
      return price && !price.negotiated ? toPrice(price) : null
    },
    prd: (context, id) => {
      const catalog = context.catalog.current()
      return mapped(catalog.productById.get(id), (product) => toProduct(catalog, product))
    },
    pkg: (context, id) => mapped(packageById(context.catalog.current(), id), toPackage),
  }),
} satisfies Record<string, LoadNode>

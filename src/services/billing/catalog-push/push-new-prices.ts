import type { BillingContext } from '../model/billing-context.js'
import { ProviderRejected, ProviderUnavailable } from '../providers/provider-errors.js'
import { hasUnlinkedPrices } from './load-wanted.js'
import { pushCatalog } from './push-catalog.js'

type SellingContext = Pick<BillingContext, 'providers' | 'database' | 'catalog' | 'log'>

/** Every provider knows every price that the catalog has, before the first sale. */
export async function pushNewPrices(context: SellingContext, catalogChanged: boolean): Promise<void> {
  await Promise.all(
    Object.values(context.providers).map(async (port) => {
      if (!catalogChanged && !(await hasUnlinkedPrices(context.database, port))) return
      await pushCatalog(context, port, context.catalog.current()).catch((error: unknown) => {
        // An unavailable provider does not block the other one: its offers are pushed at the first sale.
        if (!(error instanceof ProviderUnavailable || error instanceof ProviderRejected)) throw error
        context.log.error({ err: error, provider: port.provider }, 'catalog push failed')
      })
    }),
  )
}

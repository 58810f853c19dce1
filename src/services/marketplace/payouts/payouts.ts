import type { PayoutFilter } from '#schema/marketplace/vendor-earnings.type.js'
import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

export interface PayoutsRequest {
  readonly filter?: PayoutFilter | null
}

/** Payouts to all vendors, latest first. Operators only. */
export async function payouts(
  context: IdentityContext,
  { filter }: PayoutsRequest,
  request: PageRequest,
): Promise<Page<VendorPayoutRow>> {
  const { vendorId, statuses, methods, from, to } = filter ?? {}
  return readRows(
    request,
    'payouts',
    context.database.query
      .selectFrom('vendor_payout')
      .selectAll()
      .$if(!!vendorId, (query) => query.where('vendorId', '=', vendorId!))
      .$if(!!statuses, (query) => query.where('status', 'in', statuses!))
      .$if(!!methods, (query) => query.where('method', 'in', methods!))
      .$if(!!from, (query) => query.where('createdAt', '>=', from!))
      .$if(!!to, (query) => query.where('createdAt', '<', to!)),
  )
}

import type { PayoutFilter } from '#schema/marketplace/vendor-earnings.type.js'
import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'

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
  return readPage<VendorPayoutRow>(
    request,
    'payouts',
    ({ id }) => [id],
    (limit, after) =>
      context.database.query
        .selectFrom('vendor_payout')
        .selectAll()
        .$if(!!vendorId, (query) => query.where('vendorId', '=', vendorId!))
        .$if(!!statuses, (query) => query.where('status', 'in', statuses!))
        .$if(!!methods, (query) => query.where('method', 'in', methods!))
        .$if(!!from, (query) => query.where('createdAt', '>=', from!))
        .$if(!!to, (query) => query.where('createdAt', '<', to!))
        .$if(after !== null, (query) => query.where('id', '<', after![0]!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}

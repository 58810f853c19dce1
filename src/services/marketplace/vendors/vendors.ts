import { sql } from 'kysely'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CountablePage, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { vendorById, vendorByName } from '../model/vendor.js'

/** A vendor by ID or name. Null if it does not exist. Public. */
export const vendor = (
  { database }: IdentityContext,
  { id, name }: { readonly id?: string | null; readonly name?: string | null },
): Promise<VendorRow | null> => (id ? vendorById(database, id) : vendorByName(database, name ?? ''))

export interface VendorFilter {
  /** Part of the name, or the ID of the vendor or of its account. */
  readonly search?: string | null
  readonly verified?: boolean | null
  /** True: a balance above zero in any currency. */
  readonly payable?: boolean | null
}

/** All vendors by name. Operators only. */
export async function vendors(
  context: IdentityContext,
  filter: VendorFilter,
  request: PageRequest,
): Promise<CountablePage<VendorRow>> {
  const selected = selectVendors(context.database, filter).selectAll('vendor')
  return readRows(request, 'vendors', selected, { by: ['vendor.name', 'vendor.id'], ascending: true })
}

function selectVendors(database: Sql, { search: words, verified, payable }: VendorFilter) {
  const text = words?.trim()
  return database.query
    .selectFrom('vendor')
    .$if(Boolean(text), (rows) =>
      rows.where((eb) =>
        eb.or([
          sql<boolean>`strpos(lower(vendor.name), lower(${text})) > 0`,
          eb('vendor.id', '=', text!),
          eb('vendor.accountId', '=', text!),
        ]),
      ),
    )
    .$if(typeof verified === 'boolean', (rows) => rows.where('vendor.verified', '=', verified!))
    .$if(typeof payable === 'boolean', (rows) => rows.where(HAS_BALANCE, '=', payable!))
}

/** Condition on a vendor: a balance above zero in any currency. */
const HAS_BALANCE = sql<boolean>`exists (
  select 1 from earnings_entry e where e.vendor_id = vendor.id group by e.currency having sum(e.amount_minor) > 0
)`

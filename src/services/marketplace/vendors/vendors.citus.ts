import { sql } from 'kysely'
import { functionForm } from '#services/kernel/database/forms.js'
import { hasBalance } from './vendors.js'

/** Entries are not looked for once for each vendor. */
const HAS_BALANCE = sql<boolean>`vendor.id in (
  select e.vendor_id from earnings_entry e group by e.vendor_id, e.currency having sum(e.amount_minor) > 0
)`

export const vendorForms = [functionForm(hasBalance, () => HAS_BALANCE)]

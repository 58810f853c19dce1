import { functionForm } from '#services/kernel/database/forms.js'
import { readFirstPayouts, selectPayouts } from './vendor-payouts.js'

/** No list is joined with a limit for each of its rows. */
export const vendorPayoutForms = [
  functionForm(readFirstPayouts, async (database, vendorIds, limit) => {
    const each = vendorIds.map((id) => selectPayouts(database, limit).where('vendorId', '=', id).execute())
    return (await Promise.all(each)).flat()
  }),
]

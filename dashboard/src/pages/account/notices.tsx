import type { AccountData } from '@stackgate/client/documents'
import { NearLimits } from './near-limits.js'
import { PastDue } from './past-due.js'

/**
 * The notices on the pages of an account. Their position is the lower edge of the window, because a notice above the page moves all
 * buttons.
 */
export function Notices({ account }: { readonly account: NonNullable<AccountData['account']> }) {
  return (
    <div className="notices">
      <PastDue account={account} />
      <NearLimits account={account.id} />
    </div>
  )
}

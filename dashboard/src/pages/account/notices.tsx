import type { AccountData } from '@stackgate/client/documents'
import { NearLimits } from './near-limits.js'

/**
 * The notices about limits. They come and go while a page is open: at the lower edge of the window they move no button.
 */
export function Notices({ account }: { readonly account: NonNullable<AccountData['account']> }) {
  return (
    <div className="notices">
      <NearLimits account={account.id} />
    </div>
  )
}

import { Outlet, useSearch } from '@tanstack/react-router'
import { Viewer } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useLiveAccount, useOperation } from '@stackgate/react/hooks'

/**
 * The account that buys and deploys: that of the address, otherwise that of the person. Null for visitors; undefined until it is known.
 */
export function useMarketAccount(): string | null | undefined {
  const { session } = useSession()
  const search: { readonly account?: unknown } = useSearch({ strict: false })
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  if (!session) return null
  if (typeof search.account === 'string') return search.account
  return viewer.data ? (viewer.data.viewer?.account.id ?? null) : undefined
}

/** Pages of the marketplace: for an account they share its stream. */
export function MarketPages() {
  const account = useMarketAccount()
  useLiveAccount(account ?? null)
  return <Outlet key={account} />
}

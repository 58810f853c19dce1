import { Outlet, useParams } from '@tanstack/react-router'
import { LiveAccount } from '../../session/live-account.js'
import { useSession } from '../../session/session-context.js'
import { Welcome } from '../welcome/welcome.js'

/** The account in the address. */
export const useAccount = (): string => useParams({ strict: false }).account ?? ''

/** Pages of one account: they share its stream. */
export function AccountPages() {
  const account = useAccount()
  const { session } = useSession()
  if (!session) return <Welcome />
  return (
    <LiveAccount account={account} key={account}>
      <Outlet />
    </LiveAccount>
  )
}

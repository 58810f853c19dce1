import { useRouterState, useSearch } from '@tanstack/react-router'
import { invitationToken } from '../../session/invitation-token.js'

/** True for a page of the dashboard: an address elsewhere is not followed. */
const isPage = (path: unknown): path is string => typeof path === 'string' && /^\/[a-z]/.test(path)

/** Page to open after signing in: that of a link, also if it is open already and only asks who one is. Null: the page of the person's work. */
export function useWantedPage(): string | null {
  const { next }: { readonly next?: unknown } = useSearch({ strict: false })
  const open = useRouterState({ select: ({ location }) => location.href })
  // The link of an invitation continues after signing in.
  if (invitationToken()) return '/invitations'
  if (isPage(next)) return next
  return isPage(open) ? open : null
}

import type { Stackgate } from '@stackgate/client'
import type { QueryClient, QueryKey } from '@tanstack/react-query'

/** ID or reference of an account (`team:…`). Undefined: the current account of the token. */
export type AccountId = string | undefined

const scopes = new WeakMap<QueryClient, Map<Stackgate, number>>()

/** Number of a client within a cache: data of one token are never shown for another one, which has another client. */
export function scopeOf(queryClient: QueryClient, client: Stackgate): number {
  const known = scopes.get(queryClient) ?? new Map<Stackgate, number>()
  scopes.set(queryClient, known)
  if (!known.has(client)) known.set(client, known.size)
  return known.get(client)!
}

/** First part of the keys of all queries. */
export const ROOT = 'stackgate'
/** First part of the key of `useCommunityBillingInfo`: pages in frames invalidate it by this name. */
export const COMMUNITY_BILLING_INFO = 'communityBillingInfo'

/** Key of a query. The account is a part of it, so that no data of another account are shown while switching. */
export const queryKey = (scope: number, account: AccountId, name: string, variables?: unknown): QueryKey =>
  variables === undefined ? [ROOT, scope, account ?? null, name] : [ROOT, scope, account ?? null, name, variables]

/** True if a query is about an account. */
export const belongsTo = (key: QueryKey, scope: number, account: AccountId): boolean =>
  (key[0] === ROOT || key[0] === COMMUNITY_BILLING_INFO) && key[1] === scope && key[2] === (account ?? null)

import type { QueryKey } from '@tanstack/react-query'

/** ID or reference of an account (`team:…`). Undefined: the current account of the token. */
export type AccountId = string | undefined

/** First part of the keys of all queries. */
export const ROOT = 'stackgate'
/** First part of the key of `useCommunityBillingInfo`: pages in frames invalidate it by this name. */
export const COMMUNITY_BILLING_INFO = 'communityBillingInfo'

/** Key of a query. The account is a part of it, so that no data of another account are shown while switching. */
export const queryKey = (scope: number, account: AccountId, name: string, variables?: unknown): QueryKey =>
  variables === undefined ? [ROOT, scope, account ?? null, name] : [ROOT, scope, account ?? null, name, variables]

/** Key of an operation that is read with these variables, all or nothing. Other keys of it have what the caller may read. */
export const operationKey = (scope: number, name: string, variables: object): QueryKey => [
  ...queryKey(scope, accountIn(variables) ?? ANY_ACCOUNT, name, variables),
  'all',
]

/** Account that variables name. */
export function accountIn(variables: object): AccountId {
  const { account, input } = variables as { readonly account?: unknown; readonly input?: unknown }
  const named = account ?? (Object(input) as { readonly accountId?: unknown }).accountId
  return typeof named === 'string' ? named : undefined
}

/** Account of the keys of operations that name none: an event of any account can change them. */
export const ANY_ACCOUNT = '*'

/** Name of the operation of a query of a client. Undefined for queries of the application, and of other clients. */
export const operationOf = (key: QueryKey, scope: number): string | undefined =>
  (key[0] === ROOT || key[0] === COMMUNITY_BILLING_INFO) && key[1] === scope ? (key[3] as string) : undefined

import { Members, type MembersData, type MembersVariables } from '@stackgate/client/documents'
import type { ListOptions } from '../hooks/lists.js'
import { useAccountId, useList, type ListResult } from '../query.js'

/** A member of an account, with the user and the role. */
export type Member = NonNullable<NonNullable<MembersData['account']>['members']>['nodes'][number]

/** Options of `useMembers`. */
export interface MembersOptions extends ListOptions {
  /** Members to read, for example those `withoutSeat` of a feature. Default: all. */
  readonly filter?: MembersVariables['filter'] | undefined
}

/** Members of the account, live. The caller needs the permission `MEMBERS_READ`. */
export function useMembers({ accountId, first = 50, filter }: MembersOptions = {}): ListResult<Member> {
  const account = useAccountId(accountId)
  return useList({
    name: 'Members',
    document: Members,
    variables: { account: account ?? undefined, first, filter },
    account,
    pageOf: (data) => data.account?.members,
  })
}

import { expectResult } from '@stackgate/client'
import {
  Members,
  RemoveSpendCap,
  SetSpendCap,
  SpendCaps,
  type RemoveSpendCapVariables,
  type SetSpendCapVariables,
  type SpendCapFields,
  type SpendCapsData,
} from '@stackgate/client/documents'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from './use-account-change.js'

/** A cap of the account or of a member, in units or in money. */
export type SpendCap = SpendCapFields

/** Caps of an account, and the terms of new ones. */
export interface SpendCapsState {
  /** Null if the caller may not read them. */
  readonly caps: readonly SpendCap[] | null
  /** Features that can have a cap. */
  readonly features: SpendCapsData['features']
  /** Currency of caps in money. */
  readonly currency: string
  /** True if the caller may set and remove caps. */
  readonly canManage: boolean
}

/** Terms of a cap in units or in money. */
export type SpendCapInput = Omit<SetSpendCapVariables['input'], 'accountId'>
/** The cap to remove. */
export type SpendCapKey = Omit<RemoveSpendCapVariables, 'key'>

/** Spend caps of the account and of its members with their use, live. */
export function useSpendCaps(accountId?: string): QueryResult<SpendCapsState> & {
  /** Sets a cap, in place of the earlier one of the same feature, period, kind and member. */
  readonly set: MutationResult<SpendCapInput, SpendCap>
  readonly remove: MutationResult<SpendCapKey, ChangedAccount>
} {
  const context = useStackgateContext()
  const account = useAccountId(accountId)
  const query = useStackgateQuery({
    name: 'SpendCaps',
    document: SpendCaps,
    variables: { account: account ?? undefined, first: 100 },
    account,
    select: stateOf,
  })
  const { client } = context
  const own = { accountId: account ?? undefined }
  const set = useAccountChange<SpendCapInput, SpendCap>(query, async ({ key, ...input }) =>
    expectResult((await client.request(SetSpendCap, { input: { ...input, ...own }, key })).setSpendCap),
  )
  const remove = useAccountChange<SpendCapKey>(query, async (input) =>
    expectResult((await client.request(RemoveSpendCap, input)).removeSpendCap),
  )
  return { ...query, set, remove }
}

const stateOf = ({ account, features }: SpendCapsData): SpendCapsState => ({
  caps: account?.usage?.spendCaps?.nodes ?? null,
  features: features.filter(({ cappable }) => cappable),
  currency: account?.usage?.currency ?? '',
  canManage: account?.viewerCan.includes('BILLING_MANAGE') ?? false,
})

/** A member as components name it. */
export interface NamedMember {
  readonly id: string
  readonly name: string
}

/** Names of the first hundred members of the account. Empty if the caller may not read them. */
export function useMemberNames(accountId?: string): readonly NamedMember[] {
  const account = useAccountId(accountId)
  const { data } = useStackgateQuery({
    name: 'Members',
    document: Members,
    variables: { account: account ?? undefined, first: 100 },
    account,
    select: (found) =>
      (found.account?.members?.nodes ?? []).map(({ user: { id, name, email } }) => ({ id, name: name ?? email ?? id })),
  })
  return data ?? NONE
}

const NONE: readonly NamedMember[] = []

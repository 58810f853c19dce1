import {
  Members,
  RemoveSpendCap,
  SetSpendCap,
  SpendCaps,
  type MemberCapFields,
  type MemberMoneyCapFields,
  type MoneyCapFields,
  type RemoveSpendCapVariables,
  type SetSpendCapVariables,
  type SpendCapFields,
  type SpendCapsData,
} from '@stackgate/client/documents'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { entitlementsOf, useAccountId, useJoin, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from './use-account-change.js'

/** A cap in units. */
export interface UnitCap extends SpendCapFields {
  readonly kind: 'UNITS'
  /** Member whose use it limits. Null: the whole account. */
  readonly userId: string | null
}

/** A cap in money: amounts are texts of the server, such as `amount.formatted`. */
export interface MoneyCap extends MoneyCapFields {
  readonly kind: 'MONEY'
  /** Member whose use it limits. Null: the whole account. */
  readonly userId: string | null
}

/** A cap of the account or of a member. */
export type SpendCap = UnitCap | MoneyCap

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

/** Terms of a cap: `amount` in units, or `money`. */
export type SpendCapInput = Omit<SetSpendCapVariables['input'], 'accountId' | 'idempotencyKey'>
/** The cap to remove. */
export type SpendCapKey = Omit<RemoveSpendCapVariables['input'], 'accountId' | 'idempotencyKey'>

/** Spend caps of the account and of its members with their use, live. */
export function useSpendCaps(accountId?: string): QueryResult<SpendCapsState> & {
  /** Sets a cap, in place of the earlier one of the same feature, period, kind and member. */
  readonly set: MutationResult<SpendCapInput, ChangedAccount>
  readonly remove: MutationResult<SpendCapKey, ChangedAccount>
} {
  const context = useStackgateContext()
  const account = useAccountId(accountId)
  useJoin(entitlementsOf(context, account))
  const query = useStackgateQuery({
    name: 'SpendCaps',
    document: SpendCaps,
    variables: { account: account ?? undefined },
    account,
    select: stateOf,
  })
  const { client } = context
  const own = account ? { accountId: account } : {}
  const set = useAccountChange<SpendCapInput>(
    query,
    async (input) => (await client.request(SetSpendCap, { input: { ...input, ...own } })).setSpendCap,
  )
  const remove = useAccountChange<SpendCapKey>(
    query,
    async (input) => (await client.request(RemoveSpendCap, { input: { ...input, ...own } })).removeSpendCap,
  )
  return { ...query, set, remove }
}

function stateOf({ account, features, installation }: SpendCapsData): SpendCapsState {
  const { spendCaps, moneyCaps, memberCaps, memberMoneyCaps } = account ?? {}
  const units = (cap: SpendCapFields | MemberCapFields): UnitCap => ({ kind: 'UNITS', userId: null, ...cap })
  const money = (cap: MoneyCapFields | MemberMoneyCapFields): MoneyCap => ({ kind: 'MONEY', userId: null, ...cap })
  return {
    caps: spendCaps
      ? [
          ...spendCaps.map(units),
          ...(moneyCaps ?? []).map(money),
          ...(memberCaps ?? []).map(units),
          ...(memberMoneyCaps ?? []).map(money),
        ]
      : null,
    features: features.filter(({ cappable }) => cappable),
    currency: installation.currency,
    canManage: account?.viewerCan.includes('BILLING_MANAGE') ?? false,
  }
}

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

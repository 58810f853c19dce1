import { expectResult, StackgateError } from '@stackgate/client'
import {
  AutoTopUps,
  PreviewAutoTopUp,
  RemoveAutoTopUp,
  SetAutoTopUp,
  TopUpChoices,
  type AutoTopUpFields,
  type AutoTopUpsData,
  type PreviewAutoTopUpData,
  type PreviewAutoTopUpVariables,
  type SetAutoTopUpVariables,
  type TopUpChoicesData,
} from '@stackgate/client/documents'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from './use-account-change.js'

/** A bought or attempted top-up. */
export type TopUp = NonNullable<NonNullable<AutoTopUpsData['account']>['topUps']>[number]
/** A pack that can be bought automatically. */
export type TopUpPack = TopUpChoicesData['packages'][number]
/** Terms of an automatic top-up. */
export type AutoTopUpTerms = PreviewAutoTopUpVariables['terms']
/** Terms with the price that was previewed: it is the consent to charge it. */
export type AutoTopUpInput = Omit<SetAutoTopUpVariables['input'], 'accountId' | 'idempotencyKey'>
/** Price and first effect of terms, or the denial of them. */
export type AutoTopUpPreview = NonNullable<PreviewAutoTopUpData['previewAutoTopUp']>

/** Automatic top-ups of an account, and the packs to choose from. */
export interface AutoTopUpsState {
  /** Null if the caller may not read them. */
  readonly autoTopUps: readonly AutoTopUpFields[] | null
  /** The latest top-ups. */
  readonly topUps: readonly TopUp[]
  readonly packs: readonly TopUpPack[]
  /** True if the caller may set and remove automatic top-ups. */
  readonly canManage: boolean
}

/** Automatic top-ups of the account, live. */
export function useAutoTopUps(accountId?: string): QueryResult<AutoTopUpsState> & {
  /** Sets the terms of a feature, and starts again what had stopped. */
  readonly set: MutationResult<AutoTopUpInput, ChangedAccount>
  readonly remove: MutationResult<{ readonly feature: string }, ChangedAccount>
} {
  const { client } = useStackgateContext()
  const account = useAccountId(accountId)
  const choices = useStackgateQuery({
    name: 'TopUpChoices',
    document: TopUpChoices,
    variables: {},
    account: null,
    isPublic: true,
    isEnabled: account !== null,
    select: ({ packages }) => packages.filter(({ autoTopUpAvailable }) => autoTopUpAvailable),
  })
  const query = useStackgateQuery({
    name: 'AutoTopUps',
    document: AutoTopUps,
    variables: { account: account ?? undefined },
    account,
    select: ({ account: found }) => found,
  })
  const id = (): string => {
    const found = account ?? query.data?.id
    if (found) return found
    throw new StackgateError({ code: 'NOT_FOUND', message: 'Account not found.' })
  }
  const set = useAccountChange<AutoTopUpInput>(query, async (input) =>
    expectResult(
      (await client.request(SetAutoTopUp, { input: { ...input, accountId: id() } })).setAutoTopUp,
      'Account',
    ),
  )
  const remove = useAccountChange<{ readonly feature: string }>(query, async (input) =>
    expectResult(
      (await client.request(RemoveAutoTopUp, { input: { ...input, accountId: id() } })).removeAutoTopUp,
      'Account',
    ),
  )
  const { data: found } = query
  const isKnown = found !== undefined && choices.data !== undefined
  return {
    ...query,
    data: isKnown
      ? {
          autoTopUps: found?.autoTopUps ?? null,
          topUps: found?.topUps ?? [],
          packs: choices.data,
          canManage: found?.viewerCan.includes('BILLING_MANAGE') ?? false,
        }
      : undefined,
    error: query.error ?? choices.error,
    isPending: query.isPending || (choices.isPending && !query.error),
    refetch: () => Promise.all([query.refetch(), choices.refetch()]),
    set,
    remove,
  }
}

/** Price and first effect of terms. Null: nothing is read. */
export function useAutoTopUpPreview(
  terms: AutoTopUpTerms | null,
  accountId?: string,
): QueryResult<AutoTopUpPreview | null> {
  const account = useAccountId(accountId)
  return useStackgateQuery({
    name: 'PreviewAutoTopUp',
    document: PreviewAutoTopUp,
    variables: { account: account ?? undefined, terms: terms ?? NO_TERMS },
    account,
    isEnabled: terms !== null,
    select: ({ previewAutoTopUp }) => previewAutoTopUp,
  })
}

const NO_TERMS: AutoTopUpTerms = { package: '', threshold: 0, maxPerMonth: 0 }

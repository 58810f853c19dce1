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
import { useEffect, useState } from 'react'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from './use-account-change.js'

/** A bought or attempted top-up. */
export type TopUp = NonNullable<NonNullable<AutoTopUpsData['account']>['billing']>['topUps']['nodes'][number]
/** A pack that can be bought automatically. */
export type TopUpPack = TopUpChoicesData['packages'][number]
/** Terms of an automatic top-up. */
export type AutoTopUpTerms = PreviewAutoTopUpVariables['terms']
/** Terms with the price that was previewed: it is the consent to charge it. */
export type AutoTopUpInput = Omit<SetAutoTopUpVariables, 'accountId' | 'key'>
/** Price and first effect of terms, or the denial of them. */
export type AutoTopUpPreview = NonNullable<PreviewAutoTopUpData['previewAutoTopUp']>

/** Automatic top-ups of an account, and the packs to choose from. */
export interface AutoTopUpsState {
  /** Null if the caller may not read them. */
  readonly autoTopUps: readonly AutoTopUpFields[] | null
  /** The latest top-ups. */
  readonly topUps: readonly TopUp[]
  readonly packs: readonly TopUpPack[]
  /** Packs of features without an automatic top-up. */
  readonly freePacks: readonly TopUpPack[]
  /** True if the caller may set and remove automatic top-ups. */
  readonly canManage: boolean
}

/** Units that a pack grants. Undefined for a pack without units. */
export const grantOf = (pack: TopUpPack | undefined): TopUpPack['grants'][number] | undefined =>
  pack?.grants.find(({ amount }) => amount)

const featureOf = (pack: TopUpPack): string | undefined => grantOf(pack)?.feature.code

/** True if another payment method ends a stop. */
export const isMethodStop = (reason: string): boolean =>
  ['DECLINED', 'AUTHENTICATION_REQUIRED', 'NO_PAYMENT_METHOD'].includes(reason)

/** Automatic top-ups and the mutations of them. */
export interface AutoTopUpsResult extends QueryResult<AutoTopUpsState> {
  /** Sets the terms of a feature, and starts again what had stopped. */
  readonly set: MutationResult<AutoTopUpInput, ChangedAccount>
  readonly remove: MutationResult<{ readonly feature: string }, ChangedAccount>
}

/** Automatic top-ups of the account, live. */
export function useAutoTopUps(accountId?: string): AutoTopUpsResult {
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
    expectResult((await client.request(SetAutoTopUp, { ...input, accountId: id() })).setAutoTopUp),
  )
  const remove = useAccountChange<{ readonly feature: string }>(query, async (input) =>
    expectResult((await client.request(RemoveAutoTopUp, { ...input, accountId: id() })).removeAutoTopUp),
  )
  const { data: found } = query
  const isKnown = found !== undefined && choices.data !== undefined
  return {
    ...query,
    data: isKnown
      ? {
          autoTopUps: found?.billing?.autoTopUps ?? null,
          topUps: found?.billing?.topUps.nodes ?? [],
          packs: choices.data,
          freePacks: choices.data.filter(
            (pack) => !found?.billing?.autoTopUps?.some(({ feature }) => featureOf(pack) === feature.code),
          ),
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

/** Fields of a form, as they are typed. */
export type AutoTopUpValues = Readonly<Record<'package' | 'quantity' | 'threshold' | 'maxPerMonth', string>>

/** A form that agrees to terms, with their preview. */
export interface AutoTopUpForm {
  /** Packs to choose from. */
  readonly packs: readonly TopUpPack[]
  readonly values: AutoTopUpValues
  readonly setValue: (name: keyof AutoTopUpValues, value: string) => void
  /** Units that the chosen pack grants. */
  readonly grant: TopUpPack['grants'][number] | undefined
  /** Price and first effect of these terms. Without data while the terms change. */
  readonly preview: QueryResult<AutoTopUpPreview | null>
  /** The price to agree to. Null until it is known, and while the terms are denied. */
  readonly price: NonNullable<AutoTopUpPreview['price']> | null
  /** Agrees to the price. True if the server accepted it. */
  readonly save: () => Promise<boolean>
}

/** The preview reads the payment method at the payment provider: it waits until the typing pauses. */
const TYPING_MS = 300

/** A form for an automatic top-up, or for a new one (null). Only the previewed price of its terms can be agreed to. */
export function useAutoTopUpForm(
  { data, set }: AutoTopUpsResult,
  auto: AutoTopUpFields | null,
  accountId?: string,
): AutoTopUpForm {
  const packs = auto
    ? (data?.packs ?? []).filter((pack) => featureOf(pack) === auto.feature.code)
    : (data?.freePacks ?? [])
  const [values, setValues] = useState<AutoTopUpValues>(() => {
    const first = packs.find(({ code }) => code === auto?.package?.code) ?? packs[0]
    return {
      package: first?.code ?? '',
      quantity: String(auto?.quantity ?? 1),
      threshold: String(auto?.threshold ?? Math.ceil((grantOf(first)?.amount ?? 10) / 10)),
      maxPerMonth: String(auto?.maxPerMonth ?? 3),
    }
  })
  const [paused, setPaused] = useState(values)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(values), TYPING_MS)
    return () => clearTimeout(timer)
  }, [values])
  const isPaused = paused === values
  const query = useAutoTopUpPreview(termsOf(paused), accountId)
  const preview = isPaused ? query : { ...query, data: undefined, error: null, isPending: true }
  const price = preview.data?.allowed ? preview.data.price : null
  return {
    packs,
    values,
    setValue: (name, value) => setValues((before) => ({ ...before, [name]: value })),
    grant: grantOf(packs.find(({ code }) => code === values.package)),
    preview,
    price,
    save: async () => {
      if (!price) return false
      const { amountMinor, currency } = price
      return set.mutateAsync({ terms: termsOf(values), price: { amountMinor, currency } }).then(
        () => true,
        () => false,
      )
    },
  }
}

const termsOf = (values: AutoTopUpValues): AutoTopUpTerms => ({
  package: values.package,
  quantity: Math.trunc(Number(values.quantity)),
  threshold: Math.trunc(Number(values.threshold)),
  maxPerMonth: Math.trunc(Number(values.maxPerMonth)),
})

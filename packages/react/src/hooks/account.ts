import { expectResult, toDenial, type TypedDocument } from '@stackgate/client'
import {
  Account as AccountDocument,
  CancelSubscription,
  ChangePlan,
  PauseSubscription,
  PreviewCancellation,
  PreviewPause,
  PreviewPlanChange,
  PreviewResumption,
  ResumeSubscription,
  Subscription as SubscriptionDocument,
  type AccountData,
  type PreviewCancellationData,
  type PreviewPauseData,
  type PreviewPlanChangeData,
  type PreviewPlanChangeVariables,
  type PreviewResumptionData,
  type SubscriptionData,
  type SubscriptionFields,
} from '@stackgate/client/documents'
import { useKeyedMutation, type MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { communityAccount, useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import type { BillingInterval, ChangeTime } from '../types.js'
import { COMMUNITY_BILLING_INFO } from '../query-keys.js'

/** An account with its plan, billing summary and subscription. Parts that the caller may not read are null. */
export type Account = NonNullable<AccountData['account']>
/** An account with its subscription, its next invoice and its items. */
export type AccountSubscription = NonNullable<SubscriptionData['account']>
/** A subscription with its items, its next invoice and its payment method. */
export type Subscription = NonNullable<NonNullable<AccountSubscription['billing']>['subscription']>

/** The account with its plan and billing summary, live. */
export function useAccount(accountId?: string): QueryResult<Account | null> {
  const account = useAccountId(accountId)
  return useStackgateQuery({
    name: 'Account',
    document: AccountDocument,
    variables: { account: account ?? undefined },
    account,
    select: (data) => data.account,
  })
}

/** Billing of an account, for its settings. */
export interface CommunityBillingInfo {
  readonly account: Account
  readonly plan: { readonly code: string; readonly name: string } | null
  /** Status in the words of the API, for example `active`. Null without a subscription or permission. */
  readonly status: string | null
  /** End of the paid period (ISO 8601). */
  readonly currentPeriodEnd: string | null
  /** Time of a scheduled cancellation (ISO 8601). */
  readonly cancelAt: string | null
  /** True if the billing portal can be opened. */
  readonly portalAvailable: boolean
  /** True if the caller may pay and cancel. */
  readonly canManage: boolean
  readonly subscription: SubscriptionFields | null
}

/** Plan, status, end of the period and portal of an account, live. */
export function useBillingInfo(accountId?: string): QueryResult<CommunityBillingInfo | null> {
  const account = useAccountId(accountId)
  return useStackgateQuery({
    name: 'Account',
    root: COMMUNITY_BILLING_INFO,
    document: AccountDocument,
    variables: { account: account ?? undefined },
    account,
    select: (data) => data.account && billingInfoOf(data.account),
  })
}

/** The same for a community. */
export function useCommunityBillingInfo(communityId: string): QueryResult<CommunityBillingInfo | null> {
  const { accountId } = useStackgateContext()
  return useBillingInfo(accountId === null ? undefined : communityAccount(communityId))
}

function billingInfoOf(account: Account): CommunityBillingInfo {
  const { billing, plan, viewerCan } = account
  const subscription = billing?.subscription ?? null
  return {
    account,
    plan: plan?.planVersion?.plan ?? null,
    status: subscription?.status ?? null,
    currentPeriodEnd: subscription?.currentPeriodEnd ?? plan?.endsAt ?? null,
    cancelAt: subscription?.cancelAt ?? null,
    portalAvailable: billing?.portalAvailable ?? false,
    canManage: viewerCan.includes('BILLING_MANAGE'),
    subscription,
  }
}

/** Input of a change of the plan. */
export interface PlanChangeInput {
  /** Code of the plan. The current one to change only interval or quantity. */
  readonly plan: string
  readonly interval?: BillingInterval | undefined
  /** Units of a plan that is priced per unit. */
  readonly quantity?: number | undefined
  /** Default: upgrades now, downgrades at the end of the period. */
  readonly at?: ChangeTime | undefined
  readonly promotionCode?: string | undefined
  /** An offer that is accepted. Its price, interval and quantity apply. */
  readonly negotiatedPlanId?: string | undefined
}

/** Input of a cancellation. */
export interface CancelInput {
  /** Default: the end of the period. */
  readonly at?: ChangeTime | undefined
  readonly reason?: string | undefined
}

/** Input of a pause. */
export interface PauseInput {
  /** End of the pause (ISO 8601). Default: the longest pause that the catalog allows. */
  readonly resumesAt?: string | undefined
}

/** Mutation that changes the plan. */
export type PlanChangeMutation = MutationResult<PlanChangeInput, { readonly effectiveAt: string | null }>

/** The subscription and its mutations. `data` is null without one. */
export interface SubscriptionResult extends QueryResult<Subscription | null> {
  /** The account of the subscription, with its plan, its offers and what the caller may do. */
  readonly account: AccountSubscription | null | undefined
  /** Changes plan, interval or quantity. Opens the page of the bank if that wants a confirmation. */
  readonly change: PlanChangeMutation
  /** Cancels at the end of the period, or now. */
  readonly cancel: MutationResult<CancelInput | void, SubscriptionFields>
  /** Pauses the payments from the end of the paid period. */
  readonly pause: MutationResult<PauseInput | void, SubscriptionFields>
  /** Withdraws a cancellation, or ends a pause. */
  readonly resume: MutationResult<void, SubscriptionFields>
}

/** The subscription of the account, its next invoice and its items, live; and its mutations. */
export function useSubscription(accountId?: string): SubscriptionResult {
  const { client } = useStackgateContext()
  const account = useAccountId(accountId)
  const own = { accountId: account ?? undefined }
  const query = useStackgateQuery({
    name: 'Subscription',
    document: SubscriptionDocument,
    variables: { account: account ?? undefined },
    account,
    select: (data) => data.account,
  })
  const change = usePlanChange(accountId)
  const cancel = useKeyedMutation(async (input: CancelInput | void, key) => {
    const data = await client.request(CancelSubscription, { ...input, ...own, key })
    return expectResult(data.cancelSubscription)
  })
  const pause = useKeyedMutation(async (input: PauseInput | void, key) => {
    const data = await client.request(PauseSubscription, { ...input, ...own, key })
    return expectResult(data.pauseSubscription)
  })
  const resume = useKeyedMutation(async (_: void, key) => {
    const data = await client.request(ResumeSubscription, { ...own, key })
    return expectResult(data.resumeSubscription)
  })
  const data = query.data === undefined ? undefined : (query.data?.billing?.subscription ?? null)
  return { ...query, data, account: query.data, change, cancel, pause, resume }
}

/** Changes plan, interval or quantity of the subscription. Opens the page of the bank if that wants a confirmation. */
export function usePlanChange(accountId?: string): PlanChangeMutation {
  const { client, leave } = useStackgateContext()
  const account = useAccountId(accountId)
  return useKeyedMutation(async (input: PlanChangeInput, key) => {
    const data = await client.request(ChangePlan, { input: { ...input, accountId: account ?? undefined }, key })
    const changed = expectResult(data.changePlan)
    if (changed.actionUrl) leave(changed.actionUrl)
    return changed
  })
}

/** Cost of a change of the plan. */
export type PlanChangePreview = Accepted<
  NonNullable<PreviewPlanChangeData['previewPlanChange']>,
  | 'dueNow'
  | 'effectiveAt'
  | 'beginsPeriod'
  | 'credit'
  | 'unusedTime'
  | 'lines'
  | 'entitlementsBefore'
  | 'entitlementsAfter'
>

/** A preview without a denial, with the fields that only a denial makes null. */
type Accepted<Preview, Name extends keyof Preview> = Omit<Preview, Name | 'denial'> & {
  readonly [Each in Name]: NonNullable<Preview[Each]>
}

/** Cost of a change of the plan, now and next. Null: nothing is read. */
export function usePlanChangePreview(
  change: PlanChangeInput | null,
  accountId?: string,
): QueryResult<PlanChangePreview | null> {
  const account = useAccountId(accountId)
  const input = { ...(change ?? { plan: '' }), accountId: account ?? undefined }
  return usePreview<PlanChangePreview, PreviewPlanChangeData, PreviewPlanChangeVariables>(
    ['PreviewPlanChange', PreviewPlanChange, (data) => data.previewPlanChange],
    { account, variables: { input }, isEnabled: change !== null },
  )
}

/** End of a subscription that is canceled, and the credit for unused time. */
export type CancellationPreview = Accepted<
  NonNullable<PreviewCancellationData['previewCancellation']>,
  'effectiveAt' | 'asRefund' | 'credit' | 'due' | 'lines' | 'unusedTime'
>

/** Effect of a cancellation. Null: nothing is read. */
export function useCancellationPreview(
  cancellation: Pick<CancelInput, 'at'> | null,
  accountId?: string,
): QueryResult<CancellationPreview | null> {
  return useAccountPreview<CancellationPreview, PreviewCancellationData>(
    ['PreviewCancellation', PreviewCancellation, (data) => data.previewCancellation],
    cancellation,
    accountId,
  )
}

/** Times of a pause, and whether the plan stays. */
export type PausePreview = Accepted<
  NonNullable<PreviewPauseData['previewPause']>,
  'paidUntil' | 'resumesAt' | 'keepsAccess'
>

/** Effect of a pause. Null: nothing is read. */
export function usePausePreview(pause: PauseInput | null, accountId?: string): QueryResult<PausePreview | null> {
  return useAccountPreview<PausePreview, PreviewPauseData>(
    ['PreviewPause', PreviewPause, (data) => data.previewPause],
    pause,
    accountId,
  )
}

/** Payment at the end of a pause, and the time of the next one. */
export type ResumptionPreview = Accepted<NonNullable<PreviewResumptionData['previewResumption']>, 'dueNow'>

/** Effect of the end of a pause. */
export function useResumptionPreview(accountId?: string): QueryResult<ResumptionPreview | null> {
  return useAccountPreview<ResumptionPreview, PreviewResumptionData>(
    ['PreviewResumption', PreviewResumption, (data) => data.previewResumption],
    {},
    accountId,
  )
}

/** Name and document of a preview, and the preview in its data. */
type PreviewQuery<Data, Variables> = readonly [
  name: string,
  document: TypedDocument<Data, Variables>,
  select: (data: Data) => { readonly denial: unknown } | null,
]

/** A preview for an account. Its input has no account; null: nothing is read. */
function useAccountPreview<Preview, Data>(
  query: PreviewQuery<Data, object>,
  input: object | null,
  accountId: string | undefined,
): QueryResult<Preview | null> {
  const account = useAccountId(accountId)
  const variables = { ...input, accountId: account ?? undefined }
  return usePreview(query, { account, variables, isEnabled: input !== null })
}

/** A preview, and its denial as the denial of the query. */
function usePreview<Preview, Data, Variables extends object>(
  [name, document, select]: PreviewQuery<Data, Variables>,
  options: { readonly account: string | null | undefined; readonly variables: Variables; readonly isEnabled: boolean },
): QueryResult<Preview | null> {
  const query = useStackgateQuery({ name, document, select, ...options })
  const denial = toDenial(query.data?.denial)
  return (denial ? { ...query, data: undefined, denial } : query) as QueryResult<Preview | null>
}

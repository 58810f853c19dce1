import { expectResult } from '@stackgate/client'
import {
  SetUsageAlerts,
  UsageAlerts,
  type SetUsageAlertsVariables,
  type UsageAlertFields,
  type UsageAlertsData,
} from '@stackgate/client/documents'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from './use-account-change.js'

/** Alerts of an account, and the features that can have some. */
export interface UsageAlertsState {
  /** Null if the caller may not read them. */
  readonly alerts: readonly UsageAlertFields[] | null
  readonly features: UsageAlertsData['features']
  /** True if the caller may set alerts. */
  readonly canManage: boolean
}

/** Alerts of a feature, in place of its earlier ones. */
export type UsageAlertsInput = Omit<SetUsageAlertsVariables['input'], 'accountId' | 'idempotencyKey'>

/** Usage alerts of the account with their basis, live. */
export function useUsageAlerts(accountId?: string): QueryResult<UsageAlertsState> & {
  readonly set: MutationResult<UsageAlertsInput, ChangedAccount>
} {
  const context = useStackgateContext()
  const account = useAccountId(accountId)
  const query = useStackgateQuery({
    name: 'UsageAlerts',
    document: UsageAlerts,
    variables: { account: account ?? undefined },
    account,
    select: ({ account: found, features }: UsageAlertsData): UsageAlertsState => ({
      alerts: found?.usageAlerts ?? null,
      features: features.filter(({ usageAlertable }) => usageAlertable),
      canManage: found?.viewerCan.includes('BILLING_MANAGE') ?? false,
    }),
  })
  const own = account ? { accountId: account } : {}
  const set = useAccountChange<UsageAlertsInput>(query, async (input) =>
    expectResult(
      (await context.client.request(SetUsageAlerts, { input: { ...input, ...own } })).setUsageAlerts,
      'Account',
    ),
  )
  return { ...query, set }
}

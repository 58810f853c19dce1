import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, retry, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { BillingContext } from './billing-context.js'
import { PROVIDER_NAMES, type ProviderName } from '../providers/provider-name.js'

type Configured = Pick<BillingContext, 'providers'>

/** Names of the providers with keys. */
export const configuredProviders = ({ providers }: Configured) => Object.keys(providers) as ProviderName[]

/** The only configured provider. Null if there is a choice. */
export function onlyProvider(context: Configured): ProviderName | null {
  const [first, ...others] = configuredProviders(context)
  return first && others.length === 0 ? first : null
}

/** Provider of a sale: the requested one, the only configured one, otherwise that of the account. Null if the buyer must choose. */
export async function chooseProvider(
  context: Configured,
  sql: Sql,
  accountId: string,
  requested: ProviderName | null,
): Promise<ProviderName | null> {
  return requested ?? onlyProvider(context) ?? (await providerOfAccount(context, sql, accountId))
}

/** Returns the provider of the latest running subscription, otherwise of the only customer. */
async function providerOfAccount(context: Configured, { query }: Sql, accountId: string): Promise<ProviderName | null> {
  const configured = configuredProviders(context)
  const running = (table: 'billing_subscription' | 'product_subscription') =>
    query
      .selectFrom(table)
      .select(['provider', 'startedAt'])
      .where('accountId', '=', accountId)
      .where('provider', 'in', configured)
      .where('status', 'not in', TERMINAL_STATUSES)
  const latest = await running('billing_subscription')
    .unionAll(running('product_subscription'))
    .orderBy('startedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (latest) return latest.provider
  const customers = await query
    .selectFrom('billing_customer')
    .select('provider')
    .where('accountId', '=', accountId)
    .where('provider', 'in', configured)
    .where('customerId', 'is not', null)
    .limit(2)
    .execute()
  return customers.length === 1 ? customers[0]!.provider : null
}

/** Denial of a sale for which several providers are possible. Each remedy names one. */
export const providerChoiceRequired = (context: Configured, mutation: string): Refused =>
  refused('PROVIDER_CHOICE_REQUIRED', choiceMessage(context), {
    field: 'provider',
    remedies: payWithOther(context, mutation),
  })

export const payWithOther = (context: Configured, mutation: string) =>
  configuredProviders(context).map((provider) =>
    remedy('CONTINUE_CHECKOUT', `Pay with ${PROVIDER_NAMES[provider]}`, { mutation, retry: retry({ provider }) }),
  )

export const choiceMessage = (context: Configured): string =>
  `Name the provider: ${configuredProviders(context).join(' or ') || 'none is configured'}.`

/** Provider of an operator's request: the requested one, otherwise the only configured one. */
export function requireProvider(context: Configured, requested: ProviderName | null | undefined): ProviderName {
  const provider = requested ?? onlyProvider(context)
  if (provider) return provider
  throw new AppError('BAD_USER_INPUT', choiceMessage(context), { details: { field: 'provider' } })
}

import { sql } from 'kysely'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import type { Config } from '#services/kernel/config/config.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { item } from '#services/catalog/doctor/check-go-live.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

/** The last comparison with a provider. */
export interface LastComparison {
  readonly provider: string
  readonly finishedAt: Date | null
  readonly drift: number
}

/** Items of the go-live checklist about payments. */
export async function checkGoLive(
  database: Sql,
  config: Config,
  requested: readonly ProviderName[],
  timers: Timers,
): Promise<Finding[]> {
  const last = await database.query
    .selectFrom('reconciliation_run')
    .distinctOn('provider')
    .select(['provider', 'finishedAt', sql<number>`jsonb_array_length(drift)`.as('drift')])
    .where('finishedAt', 'is not', null)
    .orderBy('provider')
    .orderBy('id', 'desc')
    .execute()
  return decideSales(config, last, new Date(timers.now()), requested)
}

const DAY_MS = 24 * 3600_000

/**
 * Pure: missing go-live items, from the configuration and the last reconciliation with each provider: the configured
 * ones, and those of the running server (`asked`).
 */
export function decideSales(
  config: Config,
  last: readonly LastComparison[],
  now: Date,
  requested: readonly ProviderName[] = [],
): Finding[] {
  const compared = [...new Set([...soldBy(config, requested), ...requested])]
  return [
    ...keys(config),
    ...compared.flatMap((provider) => comparison(provider, last.find((one) => one.provider === provider) ?? null, now)),
  ]
}

/** The providers to check. If none is configured or requested: Stripe. */
function soldBy({ stripe, paypal }: Config, requested: readonly ProviderName[] = []): ProviderName[] {
  const isStripe = stripe !== null || (paypal === null && !requested.includes('PAYPAL'))
  return [...(isStripe ? (['STRIPE'] as const) : []), ...(paypal ? (['PAYPAL'] as const) : [])]
}

/** Keys for real money, of each provider that is sold by. */
function keys(config: Config): Finding[] {
  const { stripe, paypal, mode } = config
  const findings: Record<ProviderName, () => Finding[]> = {
    STRIPE: () => [
      item(
        'key',
        /^(sk|rk)_live_/.test(stripe?.secretKey ?? ''),
        'a live secret key',
        'no live secret key',
        'set STRIPE_SECRET_KEY to sk_live_… or rk_live_…, or sell by PayPal alone',
      ),
      item(
        'publishable_key',
        stripe?.publishableKey?.startsWith('pk_live_') ?? false,
        'a live publishable key',
        'no live publishable key',
        'set STRIPE_PUBLISHABLE_KEY to pk_live_…',
      ),
    ],
    // A client ID does not contain its mode; another check verifies that PayPal accepts it.
    PAYPAL: () => [
      item(
        'paypal',
        mode === 'live' && paypal !== null,
        'PayPal uses the live API',
        'PayPal does not use the live API',
        'set MODE=live, and PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET and PAYPAL_WEBHOOK_ID of the live app',
      ),
    ],
  }
  return soldBy(config).flatMap((provider) => findings[provider]())
}

function comparison(provider: ProviderName, last: LastComparison | null, now: Date): Finding[] {
  const check = provider === 'STRIPE' ? 'go_live_reconciliation' : `go_live_reconciliation_${provider.toLowerCase()}`
  if (!last?.finishedAt)
    return [
      problem(
        check,
        `never reconciled with ${provider}`,
        `mutation { reconcile(input: { provider: ${provider} }, key: "…") { reconciliationRun { id drift { nodes { kind object } } } } }`,
      ),
    ]
  const age = now.getTime() - new Date(last.finishedAt).getTime()
  if (age > DAY_MS)
    return [
      warning(
        check,
        `last reconciled with ${provider} ${Math.round(age / DAY_MS)} days ago`,
        'start a process with ROLE=all or ROLE=worker',
      ),
    ]
  return last.drift
    ? [
        problem(
          check,
          `the last reconciliation with ${provider} left ${last.drift} differences`,
          `reconcile(input: { provider: ${provider}, heal: true }, key: "…"), and see docs/operations.md`,
        ),
      ]
    : [ok(check, `reconciled with ${provider} within the last day without differences`)]
}

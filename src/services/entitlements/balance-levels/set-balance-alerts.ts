import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../model/all-problems.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'
import { replacePercents } from './write-percent-levels.js'
import { endLevels, writeLevel } from './write-level.js'

const MAX_LEVELS = 5

export interface SetBalanceAlerts {
  readonly accountId: string
  readonly feature: string
  /** Units. An empty list, without percents, removes the alerts of the feature. */
  readonly levels: readonly number[]
  /** Percent of what the account held after its last grant of the feature. Default: none. */
  readonly percents?: readonly number[] | null
  readonly idempotencyKey: string
}

export interface BalanceAlertsChanged {
  readonly kind: 'changed'
  readonly account: AccountRow
}

/**
 * Sets the balances of a feature below which an alert is sent, in place of the earlier ones. A level that is unchanged keeps
 * its state, so setting it again does not repeat its alert.
 */
export async function setBalanceAlerts(
  context: CatalogContext,
  input: SetBalanceAlerts,
): Promise<BalanceAlertsChanged | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const catalog = context.catalog.current()
  const feature = catalog.features.get(input.feature)
  const [levels, percents] = [descending(input.levels), descending(input.percents ?? [])]
  const invalid = validateLevels(catalog, feature, input.feature, { levels, percents })
  if (invalid) return denied(invalid)
  const accountId = account.id
  const createdBy = context.caller.principal
  return runIdempotent<BalanceAlertsChanged>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'setBalanceAlerts', input.idempotencyKey),
    // A call without percents has the fingerprint that it had before there were any.
    request: { feature: input.feature, levels, ...(percents.length > 0 && { percents }) },
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      const at = context.clock.now()
      await lockAccount(transaction, accountId)
      const scope = { accountId, feature: input.feature, action: 'ALERT' as const }
      const before = await endLevels(transaction, scope, at)
      for (const threshold of levels) {
        const armed = before.find((level) => level.threshold === threshold)?.armed ?? true
        await writeLevel(transaction, { ...scope, threshold, armed, createdBy, at })
      }
      const beforePercents = await replacePercents(context, transaction, {
        accountId,
        feature: feature!,
        percents,
        createdBy,
        at,
      })
      const below = [...levels, ...percents.map((percent) => `${percent} percent`)]
      await recordAccountEvent(transaction, accountId, at, {
        type: 'balance.alerts_set',
        outbox: true,
        summary:
          below.length > 0
            ? `Alerts of ${feature!.name} are sent below ${below.join(', ')}.`
            : `The account removed the alerts of ${feature!.name}.`,
        changesEntitlements: true,
        data: { feature: input.feature, levels, percents, by: createdBy },
      })
      await recordChange(transaction, {
        accountId,
        actor: createdBy,
        action: 'balance.alerts_set',
        object: input.feature,
        details: {
          before: before.map(({ threshold }) => threshold),
          after: levels,
          beforePercents,
          afterPercents: percents,
        },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: accountId } }
    },
  })
}

const descending = (levels: readonly number[]): number[] => [...new Set(levels)].sort((left, right) => right - left)

interface Levels {
  readonly levels: readonly number[]
  readonly percents: readonly number[]
}

function validateLevels(
  catalog: CatalogSnapshot,
  feature: FeatureDefinition | undefined,
  code: string,
  { levels, percents }: Levels,
): Refused | null {
  const isPercent = (percent: number) => Number.isSafeInteger(percent) && percent >= 1 && percent <= 100
  const invalid = levels.map((level) => validateAmount(level)).find((problem) => problem !== null)
  return allProblems(
    feature
      ? catalog.balanceAlerts.includes(code)
        ? null
        : refused('INVALID_PARAMETERS', `${feature.name} cannot have balance alerts.`, { field: 'feature' })
      : unknownFeature(catalog, code),
    levels.length > MAX_LEVELS || invalid
      ? refused('INVALID_PARAMETERS', `levels must be at most ${MAX_LEVELS} positive integers.`, { field: 'levels' })
      : null,
    percents.length > MAX_LEVELS || !percents.every(isPercent)
      ? refused('INVALID_PARAMETERS', `percents must be at most ${MAX_LEVELS} integers between 1 and 100.`, {
          field: 'percents',
        })
      : percents.length > 0 && feature && /^\d/.test(feature.window ?? '')
        ? refused(
            'INVALID_PARAMETERS',
            `${feature.name} cannot have balance alerts in percent: its window does not end at once.`,
            { field: 'percents' },
          )
        : null,
  )
}

import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, runIdempotent, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../all-problems.js'
import { unknownFeature, validateAmount } from '../usage/usage-denials.js'
import { endLevels, writeLevel } from './write-level.js'

const MAX_LEVELS = 5

export interface SetBalanceAlerts {
  readonly accountId: string
  readonly feature: string
  /** Units. An empty list removes the alerts of the feature. */
  readonly levels: readonly number[]
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
  const levels = [...new Set(input.levels)].sort((left, right) => right - left)
  const invalid = validateLevels(catalog.balanceAlerts, feature, input.feature, levels)
  if (invalid) return denied(invalid)
  const accountId = account.id
  const createdBy = context.caller.principal
  return runIdempotent<BalanceAlertsChanged>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'setBalanceAlerts', input.idempotencyKey),
    request: { feature: input.feature, levels },
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
      await recordAccountEvent(transaction, accountId, at, {
        type: 'balance.alerts_set',
        outbox: true,
        summary:
          levels.length > 0
            ? `Alerts of ${feature!.name} are sent below ${levels.join(', ')}.`
            : `The account removed the alerts of ${feature!.name}.`,
        changesEntitlements: true,
        data: { feature: input.feature, levels, by: createdBy },
      })
      await recordChange(transaction, {
        accountId,
        actor: createdBy,
        action: 'balance.alerts_set',
        object: input.feature,
        details: { before: before.map(({ threshold }) => threshold), after: levels },
      })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: accountId } }
    },
  })
}

function validateLevels(
  allowed: readonly string[],
  feature: FeatureDefinition | undefined,
  code: string,
  levels: readonly number[],
): Refused | null {
  const invalid = levels.map((level) => validateAmount(level)).find((problem) => problem !== null)
  return allProblems(
    feature
      ? allowed.includes(code)
        ? null
        : refused('INVALID_PARAMETERS', `${feature.name} cannot have balance alerts.`, { field: 'feature' })
      : unknownFeature(code),
    levels.length > MAX_LEVELS || invalid
      ? refused('INVALID_PARAMETERS', `levels must be at most ${MAX_LEVELS} positive integers.`, { field: 'levels' })
      : null,
  )
}

import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import type { AlertBasis } from '#entities/entitlements/alert.entity.js'
import type { AlertInput, SetAlertsArgs } from '#schema/entitlements/alert.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { allProblems } from '../model/all-problems.js'
import { isUsageAlertable } from '../model/decide-usage-alerts.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'

/** Most alerts of a feature with one basis, in percent and in units each. */
const MAX_LEVELS = 5

/** Denial of alerts of a feature. Null if they can be set. */
export function validateAlerts(
  catalog: CatalogSnapshot,
  feature: FeatureDefinition | undefined,
  { feature: code, alerts }: Pick<SetAlertsArgs, 'feature' | 'alerts'>,
): Refused | null {
  return allProblems(
    feature
      ? validateFeature(catalog, feature, new Set(alerts.map(({ basis }) => basis)))
      : unknownFeature(catalog, code),
    ...alerts.map((alert, index) => validateLevel(alert, `alerts.${index}`)),
    hasTooMany(alerts)
      ? invalid(
          `alerts must have at most ${MAX_LEVELS} levels in percent and ${MAX_LEVELS} in units for each basis.`,
          'alerts',
        )
      : null,
    feature && isSliding(feature.window) && alerts.some(({ basis, percent }) => basis === 'BALANCE' && percent)
      ? invalid(`${feature.name} cannot have balance alerts in percent: its window is sliding.`, 'alerts')
      : null,
  )
}

const invalid = (message: string, field: string): Refused => refused('INVALID_PARAMETERS', message, { field })

function validateFeature(
  catalog: CatalogSnapshot,
  feature: FeatureDefinition,
  bases: ReadonlySet<AlertBasis>,
): Refused | null {
  if (!catalog.balanceAlerts.includes(feature.code)) return invalid(`${feature.name} cannot have alerts.`, 'feature')
  return (bases.has('ALLOWANCE') || bases.has('FORECAST')) && !isUsageAlertable(catalog, feature)
    ? invalid(
        `${feature.name} cannot have alerts on an allowance: the catalog does not list it, it is no quota, or its window is sliding.`,
        'feature',
      )
    : null
}

function validateLevel({ basis, percent = null, units = null }: AlertInput, field: string): Refused | null {
  if (basis === 'FORECAST')
    return percent === null && units === null
      ? null
      : invalid(`${field} must have neither percent nor units, because it is on a forecast.`, field)
  if ((percent === null) === (units === null)) return invalid(`${field} must have either percent or units.`, field)
  if (percent === null)
    return validateAmount(units!) && invalid(`${field}.units must be a positive integer.`, `${field}.units`)
  return Number.isSafeInteger(percent) && percent >= 1 && percent <= 100
    ? null
    : invalid(`${field}.percent must be an integer between 1 and 100.`, `${field}.percent`)
}

const hasTooMany = (alerts: readonly AlertInput[]): boolean =>
  [...Map.groupBy(alerts, ({ basis, percent }) => `${basis} ${typeof percent === 'number'}`).values()].some(
    (group) => new Set(group.map(({ percent, units }) => percent ?? units)).size > MAX_LEVELS,
  )

import type { AlertBasis, AlertInput, Open } from './generated/types.js'

/** An alert as `AccountUsage.alerts` has it. */
interface ListedAlert {
  readonly feature: { readonly code: string; readonly name: string }
  readonly basis: Open<AlertBasis>
  readonly percent: number | null
  readonly units: number | null
}

/** Levels of alerts with one basis. */
export interface AlertLevels {
  readonly percents: readonly number[]
  readonly units: readonly number[]
}

/** Levels of the alerts with a basis. */
export function alertLevels(alerts: readonly ListedAlert[], basis: AlertBasis): AlertLevels {
  const chosen = alerts.filter((alert) => alert.basis === basis)
  return {
    percents: chosen.flatMap(({ percent }) => percent ?? []),
    units: chosen.flatMap(({ percent, units }) => (percent === null ? (units ?? []) : [])),
  }
}

/** Alerts with a basis as `setAlerts` takes them. */
export const alertInputs = (basis: AlertBasis, { percents, units }: AlertLevels): AlertInput[] => [
  ...percents.map((percent) => ({ basis, percent })),
  ...units.map((each) => ({ basis, units: each })),
]

/** Alerts with other bases as `setAlerts` takes them, so that a change of some keeps the others. */
export const otherAlerts = (alerts: readonly ListedAlert[], changed: readonly AlertBasis[]): AlertInput[] =>
  alerts.flatMap(({ basis, percent, units }): AlertInput[] =>
    changed.includes(basis as AlertBasis)
      ? []
      : // The server accepts what it returned.
        [{ basis: basis as AlertBasis, ...(percent === null ? { units } : { percent }) }],
  )

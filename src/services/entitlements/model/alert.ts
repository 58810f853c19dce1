import type { AlertRow } from '#entities/entitlements/alert.entity.js'

/** Level of an alert: in percent of its base, or in units. */
export interface AlertLevel {
  readonly percent: number | null
  readonly units: number | null
}

/** An alert on the use of an allowance, or on a balance, with its last crossing. */
export interface Alert
  extends AlertLevel, Pick<AlertRow, 'id' | 'feature' | 'base' | 'basedAt' | 'armed' | 'crossings'> {
  /** Alerts on forecasts are compared by a job. */
  readonly basis: 'ALLOWANCE' | 'BALANCE'
}

/** A crossing of an alert, or of a level of a cap. */
export interface Crossing {
  /** The alert or the cap. */
  readonly alertId: string
  /** Names the crossing within its alert, so that it is written once. */
  readonly key: string
  readonly percent: number | null
  /** Units or money of which the percent counts. Null for a level of a balance in units, and for an unlimited allowance. */
  readonly base: number | null
  /** Used units or cost, or the balance. */
  readonly value: number
  /** Null for a balance. */
  readonly windowStart: Date | null
  readonly windowEnd: Date | null
}

/** Pure: whole units at which a level is, with a base for percent. Bases are at most 10^13, so the products are exact. */
export const thresholdOf = ({ percent, units }: AlertLevel, base: number | null): number =>
  percent === null ? units! : Math.ceil(((base ?? 0) * percent) / 100)

/**
 * A change within a paid period that added units to allowances, stored with what it changed. Times are ISO 8601, because it is stored as JSON.
 */
export interface Raise {
  /** The time from which its money pays for the added units: the later, the less was paid. */
  readonly at: string
  readonly periodStart: string
  readonly periodEnd: string
  /** Units that a whole window has more, by feature. */
  readonly added: Readonly<Record<string, number>>
}

/** Use that is reported to a provider, which bills it by its own tiers. */
export interface UsagePort {
  /** Reports units; the same identifier counts once within the provider's window of a day. */
  reportUsage(report: UsageReported): Promise<void>
  /** Units that the provider has counted for a customer since a moment. */
  countedUsage(usage: Pick<UsageReported, 'meter' | 'customerId'>, since: Date, until: Date): Promise<number>
  /** Reports that the provider took and could not count afterwards. */
  listUsageErrors(since: Date): AsyncIterable<UsageError>
}

export interface UsageReported {
  /** The meter's event name. */
  readonly meter: string
  readonly customerId: string
  /** Whole units, above zero. */
  readonly amount: number
  readonly identifier: string
  /** When it was used, by the provider's clock. */
  readonly at: Date
}

export interface UsageError {
  readonly identifier: string
  readonly error: string
}

/** Kind of the scheduled job that buys a top-up. Its key names the alert and the crossing. */
export const TOP_UP_RUN = 'top_up.run'

/** Key of the job of a crossing. */
export const topUpKey = (alertId: string, crossing: number | string): string => `${alertId}:${crossing}`

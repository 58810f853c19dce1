import type { RatedUsage, WindowUsage } from '../model/account-snapshot.js'

/** The window of a feature. */
export const usageKey = ({ feature, windowStart, windowEnd }: WindowUsage): string =>
  `${feature} ${windowStart.getTime()} ${windowEnd.getTime()}`

/** A line of a rate card in a window. */
export const lineKey = ({ feature, line, windowStart, windowEnd }: RatedUsage): string =>
  `${feature} ${windowStart.getTime()} ${windowEnd.getTime()} ${line}`

/** A reservation's place as the ledger names it. */
export const positionKey = ({ version, operationNo }: { version: number; operationNo: number }): string =>
  `${version}-${operationNo}`

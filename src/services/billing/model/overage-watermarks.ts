import { ENDED_WINDOWS, THRESHOLD } from '#entities/billing/usage-report.entity.js'

/** Key of the reports of overage to a meter, and of their watermark. A code contains no space. */
export const overageWatermark = (feature: string): string => `${feature} overage`

/** Keys of the reports of use of any features that the server invoices. */
export const INVOICED_WATERMARKS: readonly string[] = [ENDED_WINDOWS, THRESHOLD]

/** Key of the watermark of minimums: the end of the last window that was looked at, in milliseconds. A code contains no space. */
export const minimumWatermark = (feature: string): string => `${feature} minimum`

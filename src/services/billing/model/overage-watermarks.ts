import { ALL_FEATURES } from '#entities/billing/usage-report.entity.js'

/** Key of the reports and the watermark of overage. A code contains no space. */
export const overageWatermark = (feature: string): string => `${feature} overage`

/** Key of the reports of use whose cost has reached a threshold. */
export const THRESHOLD_WATERMARK = overageWatermark(ALL_FEATURES)

/** Code of the feature of a watermark. */
export const featureOfWatermark = (watermark: string): string => watermark.split(' ', 1)[0]!

/** Key of the watermark of minimums: the end of the last window that was looked at, in milliseconds. A code contains no space. */
export const minimumWatermark = (feature: string): string => `${feature} minimum`

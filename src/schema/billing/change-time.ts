import { enumType } from '../kernel/decorators.js'

export const ChangeTime = enumType('ChangeTime', 'Effective time of a subscription change.', {
  NOW: 'Immediately. A higher price is charged for the rest of the period; for a lower price or a cancellation, the `UnusedTimePolicy` determines the credit.',
  PERIOD_END: 'At the end of the paid period, without proration.',
})
export type ChangeTime = keyof typeof ChangeTime

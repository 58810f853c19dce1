import { enumType } from '../kernel/decorators.js'

/** When a change takes effect. */
export const ChangeTime = enumType('ChangeTime', 'When a change of a subscription takes effect.', {
  NOW: 'At once. A higher price is charged for the rest of the period; for a lower price or the end, the `UnusedTimePolicy` decides.',
  PERIOD_END: 'When the period that is paid ends; nothing is settled.',
})
export type ChangeTime = keyof typeof ChangeTime

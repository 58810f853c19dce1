import { enumType } from '../kernel/decorators.js'

export const CapPeriod = enumType('CapPeriod', 'Period in which the use of a cap is counted.', {
  DAY: 'One day, from midnight (UTC).',
  MONTH: 'One calendar month (UTC).',
  BILLING_PERIOD: 'Month of the billing period of the plan.',
})
export type CapPeriod = keyof typeof CapPeriod

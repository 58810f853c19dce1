import { enumType } from '../kernel/decorators.js'

export const SpendCapPeriod = enumType('SpendCapPeriod', 'Period in which the use of a cap is counted.', {
  DAY: 'One day, from midnight (UTC).',
  MONTH: 'One calendar month (UTC).',
  BILLING_PERIOD: 'Month of the billing period of the plan.',
})
export type SpendCapPeriod = keyof typeof SpendCapPeriod

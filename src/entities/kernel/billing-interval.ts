/** Interval of what is paid again and again, in one word for each length: `MONTH`, `QUARTER`, `6_MONTHS`. */
export type RecurringInterval =
  | 'DAY'
  | 'WEEK'
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR'
  | `${number}_${'DAY' | 'WEEK' | 'MONTH' | 'YEAR'}S`

export type BillingInterval = 'ONE_TIME' | RecurringInterval

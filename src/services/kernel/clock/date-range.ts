/** Range of time: start inclusive, end exclusive. */
export interface DateRange {
  readonly from: Date
  readonly to: Date
}

/** Range of time whose ends may be open. Null: open. */
export interface OpenDateRange {
  readonly from: Date | null
  readonly to: Date | null
}

import { sandboxStep, type Stage } from './step.js'

const DAY = 86_400_000

/** A search from some days before the scenario began. */
const search = ({ begun }: Stage, fromDays: number, toDays: number): string => {
  const time = (days: number) => new Date(begun.getTime() + days * DAY).toISOString()
  const range = new URLSearchParams({ start_date: time(fromDays), end_date: time(toDays) })
  return `/v1/reporting/transactions?${range.toString()}`
}

/** Searches for transactions of the account. */
export const reporting = [
  sandboxStep('transactions of the account are listed', (stage) => stage.call('GET', search(stage, -1, 1))),
  sandboxStep('a range of more than 31 days is refused', (stage) => stage.call('GET', search(stage, -32, 0))),
]

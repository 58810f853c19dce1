import { date } from '../../ui/format.js'
import { usageWords } from '../../words/en/usage.js'

/** Says that nothing is left, and until when. */
export const nothingLeft = (resetsAt: string | null): string =>
  resetsAt ? usageWords.nothingUntil(date(resetsAt)) : usageWords.nothingLeft

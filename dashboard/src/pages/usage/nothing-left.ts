import { date } from '../../ui/format.js'
import { nearLimitWords } from '../../words/en/near-limits.js'

/** Says that nothing is left, and until when. */
export const nothingLeft = (resetsAt: string | null): string =>
  resetsAt ? nearLimitWords.nothingUntil(date(resetsAt)) : nearLimitWords.nothingLeft

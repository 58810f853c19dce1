import { translated } from '../translated.js'

/** Sentences about use that is not invoiced yet. */
export const openChargeWords = translated('openChargeWords', {
  cost: (cost: string, line: string) => `${cost} so far: ${line}`,
  invoiced: (cost: string) => `${cost} of this window is invoiced already.`,
  threshold: (cost: string) => `Use is invoiced when it reaches ${cost}.`,
})

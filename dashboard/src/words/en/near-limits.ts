import { translated } from '../translated.js'

/** Sentences of limits that are nearly reached. */
export const nearLimitWords = translated('nearLimitWords', {
  of: (used: string, limit: string) => `${used} of ${limit}`,
  nothingLeft: 'Nothing is left.',
  nothingUntil: (date: string) => `Nothing is left until ${date}.`,
  used: (feature: string, used: string, limit: string) => `${feature}: ${used} of ${limit} are used.`,
  over: (feature: string, used: string, limit: string) => `${feature}: ${used} are used, and the limit is ${limit}.`,
  plans: 'See plans and packages',
  limits: 'See limits',
  hide: 'Hide until it changes',
})

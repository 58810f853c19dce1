import { translated } from '../translated.js'

/** Sentences of limits and usage. */
export const usageWords = translated('usageWords', {
  title: 'Usage and limits',
  noneTitle: 'Nothing to count',
  none: 'Your plan has no limits or allowances.',
  over: (used: string, limit: string) => `${used} used, over the limit of ${limit}`,
  unlimited: (used: string) => `${used} used, no limit`,
  rates: (limits: string) => `Up to ${limits}.`,
  rate: (feature: string, limit: string | null) => (limit === null ? `unlimited ${feature}` : `${limit} ${feature}`),
  included: 'Included',
  notIncluded: 'Not included',
  reserved: (count: string) => `${count} reserved`,
  resets: (date: string) => `Resets on ${date}`,
  near: 'Near the limit',
  usedUp: 'Used up',
  overage: {
    badge: 'Used at a price',
    terms: (price: string, cap: string) => `Use beyond the allowance costs ${price}. At most ${cap} units.`,
    cost: (used: string, cost: string) => `${used} used beyond the allowance: ${cost}.`,
    reserved: (reserved: string) => `${reserved} reserved beyond the allowance.`,
  },
  sources: 'Sources',
  until: (date: string) => `until ${date}`,
})

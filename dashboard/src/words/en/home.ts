import { translated } from '../translated.js'

/** Sentences of the first page of an account. */
export const homeWords = translated('homeWords', {
  title: 'Home',
  plan: 'Plan',
  noSubscription: 'No subscription',
  ends: (date: string) => `Ends on ${date}`,
  paused: 'Paused',
  trial: (date: string) => `Trial until ${date}`,
  pastDue: 'Payment failed',
  next: 'Next invoice',
  noNext: 'Nothing is due',
  left: (feature: string) => `${feature} left`,
  unlimited: 'No limit',
  of: (limit: string, time: string | null) => `of ${limit}${time ? `, for ${time}` : ''}`,
  activity: 'Recent activity',
})

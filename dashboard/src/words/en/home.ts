import { translated } from '../translated.js'

/** Sentences of the first page of an account. */
export const homeWords = translated('homeWords', {
  title: 'Home',
  plan: 'Plan',
  noSubscription: 'No subscription',
  renews: (date: string) => `Renews on ${date}`,
  ends: (date: string) => `Ends on ${date}`,
  paused: 'Paused',
  trial: (date: string) => `Trial until ${date}`,
  pastDue: 'Payment failed',
  next: 'Next invoice',
  noNext: 'Nothing is due',
  on: (date: string) => `On ${date}`,
  left: (feature: string) => `${feature} left`,
  unlimited: 'No limit',
  of: (limit: string, until: string | null) => `of ${limit}${until ? `, until ${until}` : ''}`,
  activity: 'Recent activity',
})

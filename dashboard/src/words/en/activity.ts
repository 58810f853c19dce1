import { translated } from '../translated.js'

/** Sentences about the events of an account. */
export const activityWords = translated('activityWords', {
  title: 'Activity',
  none: 'Nothing has happened yet.',
  what: 'Event',
  who: 'By',
  date: 'Date',
  by: (name: string) => `by ${name}`,
  hidden: 'an operator or a former member',
  service: 'a service',
  all: 'All activity',
})

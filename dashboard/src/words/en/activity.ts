import { translated } from '../translated.js'

/** Sentences about the events of an account. */
export const activityWords = translated('activityWords', {
  title: 'Activity',
  none: 'Nothing has happened yet.',
  what: 'Event',
  date: 'Date',
  hidden: 'An operator or a former member',
  service: 'A service',
  all: 'All activity',
})

/** Sentences of the timeline of an account. */
export const timelineWords = {
  title: 'Timeline',
  latest: 'Latest events',
  all: 'Whole timeline',
  none: 'Nothing has happened yet.',
  noneOfKind: 'Nothing of this kind has happened.',
  show: 'Events to show',
  kinds: { all: 'All', money: 'Money', plan: 'Plan', limits: 'Limits', people: 'People', support: 'Support' },
  data: 'Data',
  dataOf: (event: string) => `Data of: ${event}`,
} as const

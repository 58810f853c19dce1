import { translated } from '../translated.js'

/** Sentences of use over time. */
export const usageHistoryWords = translated('usageHistoryWords', {
  title: 'Usage over time',
  of: (feature: string) => `${feature} over time`,
  feature: 'Feature',
  group: 'Group by',
  noGroup: 'No groups',
  groups: { MODEL: 'Model', MEMBER: 'Member', SUB_ACCOUNT: 'Sub-account', API_KEY: 'API key', REFERENCE: 'Reference' },
  unnamed: {
    MODEL: 'No model',
    MEMBER: 'No member',
    SUB_ACCOUNT: 'This account',
    API_KEY: 'No API key',
    REFERENCE: 'No reference',
  },
  property: (name: string) => `Property ${name}`,
  without: (group: string) => `Without ${group.toLowerCase()}`,
  none: (feature: string) => `No ${feature} used in this range.`,
  valuesBy: { HOUR: 'Values by hour', DAY: 'Values by day', MONTH: 'Values by month' },
  view: 'View',
  views: { daily: 'Daily', cumulative: 'Cumulative' },
  used: 'Used',
  expected: 'Expected',
  limit: 'Limit',
  part: 'Share',
  cost: 'Cost',
  totalCost: (cost: string) => `Beyond the allowance: ${cost}`,
  firstGroups: (count: string) => `The first ${count} groups are shown.`,
  forecast: {
    lasts: (date: string) => `At the rate of the last seven days, the allowance is used up on ${date}.`,
    enough: (date: string) => `At the rate of the last seven days, the allowance lasts until it resets on ${date}.`,
    enoughForever: 'At the rate of the last seven days, the allowance lasts for more than a year.',
    idle: 'Nothing was used in the last seven days.',
  },
})

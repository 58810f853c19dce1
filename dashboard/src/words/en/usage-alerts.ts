import { translated } from '../translated.js'

/** Sentences of alerts on allowances. */
export const usageAlertWords = translated('usageAlertWords', {
  title: 'Usage alerts',
  text: 'Owners and admins get an email when usage reaches a level, or the forecast exceeds the allowance.',
  none: 'No alert is set.',
  set: 'Set alerts',
  setTitle: 'Set usage alerts',
  change: 'Change',
  changeNamed: (feature: string) => `Change the usage alerts: ${feature}`,
  named: (feature: string) => `Usage alerts of ${feature}`,
  used: (used: string, allowance: string) => `${used} of ${allowance} of the allowance used`,
  over: (used: string, allowance: string) => `${used} used, over the allowance of ${allowance}`,
  noAllowance: 'No allowance, or an unlimited one: no alert in percent is sent.',
  levels: (levels: string) => `Alerts at ${levels}`,
  amount: (units: string) => `${units} used`,
  noLevels: 'No alerts on the allowance',
  onForecast: 'Alert on the forecast',
  forecast: (units: string) => `Forecast: ${units} at the end of the window`,
  noForecast: 'The forecast follows after a tenth of the window.',
  beyond: 'Beyond the allowance',
  feature: 'Allowance of',
  percents: 'Levels, in percent of the allowance',
  percentsHint: 'At most five numbers, for example 50, 80, 100.',
  percentsInvalid: 'Whole numbers from 1 to 100 with a comma and a space between them, for example 50, 80, 100.',
  amounts: 'Levels, in used units of the allowance',
  amountsHint: 'At most five numbers, for example 500, 1000.',
  amountsInvalid:
    'Whole numbers from 1, without a thousands separator, with a comma and a space between them, for example 500, 1000.',
  forecastLabel: 'Also when the forecast for the end of the window exceeds the allowance',
  forecastHint:
    'Used units, divided by the elapsed part of the window. Without a level and the forecast there are no alerts.',
  save: 'Set the alerts',
  cancel: 'Cancel',
})

import { z } from 'zod'
import { component, list, time, wholeNumber } from './fields.js'

export const usageAlertsResponse = component('UsageAlerts', 'Alerts of an account on its allowances.', {
  account_id: z.string(),
  usage_alerts: list(
    component('UsageAlert', 'Alerts on the allowance of a quota, with their basis.', {
      feature: z.string(),
      percents: list(wholeNumber()).describe('Percent of the allowance at which an alert is sent, ascending.'),
      amounts: list(wholeNumber()).describe('Used units of the allowance at which an alert is sent, ascending.'),
      on_forecast: z.boolean().describe('Whether an alert is sent when the forecast exceeds the allowance.'),
      used: wholeNumber().describe(
        'Units of the allowance that are used in the present window. Reserved units do not count.',
      ),
      allowance: wholeNumber()
        .nullable()
        .describe('Units that the window grants. Null if unlimited, and without an allowance.'),
      forecast: wholeNumber()
        .nullable()
        .describe(
          'Units at the end of the window at the present rate: used / elapsed × length of the window. Null before a tenth of the window.',
        ),
      resets_at: time().nullable().describe('End of the present window (business clock). Null without an allowance.'),
    }),
  ).describe('In the order of the catalog.'),
})

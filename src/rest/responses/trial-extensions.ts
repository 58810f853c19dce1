import { z } from 'zod'
import { component, time } from './fields.js'
import { money } from './money.js'
import { subscriptionStatus } from './plan-changes.js'

export const trialExtensionPreviewResponse = component('TrialExtensionPreview', 'Effect of a later end of a trial.', {
  plan: z.string().describe('Code of the plan in its trial.'),
  trial_end: time().describe('Present end of the trial (business clock).'),
  until: time().describe('New end of the trial, at which the first charge is made (business clock).'),
  first_charge: money
    .nullable()
    .describe('First charge after the trial, with discounts and tax. Null if there is none.'),
})

export const extendedTrialResponse = component('ExtendedTrial', 'A subscription with its new end of the trial.', {
  account_id: z.string(),
  subscription_id: z.string(),
  plan: z.string().describe('Code of the plan.'),
  status: subscriptionStatus,
  trial_end: time().nullable().describe('End of the trial (business clock). Null without one.'),
})

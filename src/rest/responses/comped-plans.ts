import { z } from 'zod'
import { component, list, time, wholeNumber } from './fields.js'

export const compedPlansResponse = component('CompedPlans', 'Plans that an account has free of charge.', {
  account_id: z.string(),
  comped_plans: list(
    component('CompedPlan', 'A plan that an operator gave free of charge.', {
      id: z.string(),
      plan: z.string().describe('Code of the plan.'),
      quantity: wholeNumber().describe('Units of a plan that is priced by the unit, otherwise 1.'),
      since: time().describe('Time from which it is free of charge (business clock).'),
      until: time().describe('Time at which it ends (business clock).'),
      reason: z.string().describe('Reason of the operator.'),
      next_plan: z
        .string()
        .describe('Code of the plan that follows: that of a subscription, otherwise the default plan.'),
    }),
  ),
})

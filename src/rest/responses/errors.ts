import { z } from 'zod'
import { DENIAL_CODES, ERROR_CODES } from '#services/kernel/codes/codes.js'
import { list, time, wordOf, wholeNumber } from './fields.js'
import { money } from './money.js'

export const price = z
  .strictObject({
    amount: z.string().describe('Decimal amount.'),
    currency: z.string().describe('ISO 4217 code.'),
    interval: wordOf('one_time', 'month', 'year').describe('Billing interval.'),
  })
  .meta({ id: 'Price', title: 'Price', description: 'An amount with its billing interval.' })

const remedyAction = z
  .strictObject({
    type: z
      .string()
      .describe('What to do, as `start_subscription`, `purchase_package`, `retry`, `wait` or `open_url`.'),
    plan: z.string().optional().describe('Code of the plan.'),
    interval: z.string().optional().describe('Billing interval.'),
    quantity: wholeNumber().optional().describe('Number of units.'),
    currency: z.string().optional().describe('Currency of the payment.'),
    package: z.string().optional().describe('Code of the package.'),
    template_id: z.string().optional().describe('ID of the template.'),
    at: z.string().nullish().describe('Effective time: `now` or `period_end`.'),
    provider: z.string().nullish().describe('Payment provider to use.'),
    omitted_fields: list(z.string()).optional().describe('Fields to omit.'),
    mutation: z.string().optional().describe('Mutation without fields.'),
    cap_id: z.string().optional().describe('The spend cap that denies.'),
    feature: z.string().optional().describe('Code of the feature of a spend cap.'),
    period: z.string().optional().describe('Period of a spend cap.'),
    user_id: z.string().nullish().describe('Member whose spend cap it is.'),
    limit: z
      .strictObject({ units: wholeNumber().optional(), money: money.optional() })
      .optional()
      .describe('Units or money of a spend cap that suffice.'),
    retry_at: time().nullish().describe('Earliest time of a repetition.'),
    url: z.string().optional().describe('Absolute URL of a page.'),
  })
  .meta({
    id: 'RemedyAction',
    title: 'Action of a remedy',
    description: 'The step with every value that a program needs.',
  })

export const remedy = z
  .strictObject({
    kind: z.string().describe('Kind of the step.'),
    label: z.string().describe('Label for people.'),
    mutation: z.string().optional().describe('Mutation of the GraphQL API that carries out the step.'),
    input: z
      .looseObject({})
      .optional()
      .describe('Arguments of the mutation, or the changed ones of the denied mutation, as `Remedy.input` of GraphQL.'),
    target_id: z.string().optional().describe('Object that the step uses, for example a price.'),
    price: price.optional(),
    at: time().optional().describe('Time at which waiting lifts the denial.'),
    url: z.string().optional().describe('Absolute URL of the page on which the step is carried out.'),
    quantity: wholeNumber().optional().describe('Number of repetitions, if more than one.'),
    total: z.string().optional().describe('Decimal cost of all repetitions.'),
    action: remedyAction.optional(),
  })
  .meta({ id: 'Remedy', title: 'Remedy', description: 'One step that would lift a denial.' })

const codes = z.enum(Object.keys({ ...DENIAL_CODES, ...ERROR_CODES }))

const issue = z
  .strictObject({
    path: list(z.union([z.string(), z.number()])).describe('Names of members and positions in lists.'),
    code: codes,
    message: z.string().describe('Explanation for people.'),
  })
  .meta({ id: 'Issue', title: 'Issue', description: 'A problem of one field of the request.' })

const amount = z.strictObject({
  units: wholeNumber().optional().describe('Units, unless the limit is in money.'),
  money: money.optional().describe('Money, if the limit is in money.'),
})

const quantity = z
  .strictObject({
    feature: z.string().describe('Code of the feature.'),
    limit: amount.nullable().describe('Limit, quota, cap or rate.'),
    used: amount.nullable().describe('Use, including reservations.'),
    requested: amount.describe('Requested amount.'),
    remaining: amount.nullable().describe('What is left.'),
    resets_at: time().nullable().describe('Time at which use starts again at zero.'),
  })
  .meta({ id: 'DeniedQuantity', title: 'Numbers of a denial', description: 'Numbers of a denial about an amount.' })

/** Fields that denials and errors share. Each code can have more, which `docs/errors.md` lists. */
const commonFields = {
  error: z.string().describe('Short text.'),
  code: codes.describe('Machine-readable reason.'),
  message: z.string().describe('Explanation for people.'),
  remedies: list(remedy).optional().describe('Steps that would lift a denial, cheapest first.'),
  upgrade_url: z.string().nullish().describe('Absolute URL of a page where the account can buy more.'),
  field: z.string().optional().describe('Path of the first field that is at fault.'),
  issues: list(issue).optional().describe('Every problem of the request, if fields of it are at fault.'),
  quantity: quantity.optional(),
}

/** A denial inside a successful response. */
export const denialItem = z
  .looseObject(commonFields)
  .meta({ id: 'Denial', title: 'Denial', description: 'An expected denial with its remedies.' })

/** Body of every response with a status of 400 or more. */
export const errorBody = z
  .looseObject({
    ...commonFields,
    request_id: z.string().describe('ID of the request, which the log of the server has.'),
  })
  .meta({ id: 'Error', title: 'Error', description: 'A denial, or an error.' })

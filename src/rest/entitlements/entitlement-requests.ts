import { fromUseTexts, useTextsOf } from '#services/entitlements/model/use-texts.js'
import { z } from 'zod'
import type { Work } from '#services/entitlements/model/work.js'
import { id, idempotencyKey } from '../field-types.js'

export const name = z.string().min(1).max(200)
export const account = id.describe('ID or reference of the account, for example `person:auth0|ann`.')
export const feature = name.describe('Code of the feature.')
const reservation = id.describe('ID of the reservation.')
/** An integer. Another number is denied with its own code instead of as a malformed body. */
export const whole = z.number().meta({ shown: { type: 'integer' } })
const amount = whole.describe('Units. Default: 1.')
const key = idempotencyKey
export const user = id.nullish().describe('Member of the account who uses the units.')
const texts = fromUseTexts((description) => z.string().nullish().describe(description))

export const workRequest = z
  .strictObject({
    quantities: z.record(z.string(), whole).describe('Quantities by name, for example `{ "input_tokens": 1200 }`.'),
    dimensions: z.record(z.string(), z.string()).optional().describe('Dimensions by name.'),
  })
  .describe('Work that the rate card of the feature prices, instead of `amount`.')

/** Properties of a use by name. */
const properties = z
  .record(z.string(), z.string())
  .nullish()
  .describe('Properties of the use by name, for example `{ "region": "eu" }`, of those that the feature has.')

/** Returns names with their values as the services take them. */
const namesOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

/** Returns the properties of a request as the services take them. Null without any. */
export const propertiesOf = (values: z.infer<typeof properties>) => (values ? namesOf(values) : null)

/** Returns the work of a request as the services take it. Null: the request has an amount. */
export const workOf = (work: z.infer<typeof workRequest> | null | undefined): Work | null =>
  work
    ? {
        quantities: Object.entries(work.quantities).map(([name, amount]) => ({ name, amount })),
        dimensions: namesOf(work.dimensions ?? {}),
      }
    : null

/** An account that can be left out. */
export const ownAccount = account.nullish().describe('Default: the account of the token.')

export const checkRequest = z.strictObject({
  account_id: ownAccount,
  feature,
  amount: amount.optional(),
  work: workRequest.nullish(),
  properties,
  ...texts,
  user_id: user,
})

/** The use that is checked, without its account and feature. */
export const useRequest = checkRequest.omit({ account_id: true, feature: true })

/** Returns a use as the services take it. */
export const useOf = (body: z.infer<typeof useRequest>) => ({
  amount: body.amount,
  work: workOf(body.work),
  properties: propertiesOf(body.properties),
  ...useTextsOf(body),
  userId: body.user_id ?? null,
})

export const planCheckRequest = z.strictObject({
  account_id: ownAccount,
  plan: name.describe('Code of the plan.'),
})
export const consumeRequest = z.strictObject({
  account_id: account,
  feature,
  amount: amount.optional(),
  work: workRequest.nullish(),
  properties,
  ...texts,
  user_id: user,
  idempotency_key: key,
})
export const reserveRequest = z.strictObject({
  account_id: account,
  feature,
  amount: amount.optional(),
  work: workRequest.nullish(),
  expires_in_seconds: whole.nullish().describe('Time until the reservation ends. Default: 300.'),
  on_expiry: z
    .enum(['release', 'commit', 'commit_estimate'])
    .nullish()
    .describe('Treatment of the units if the reservation ends by its time. Default: `release`.'),
  properties,
  ...texts,
  user_id: user,
  idempotency_key: key,
})
export const commitRequest = z.strictObject({
  reservation_id: reservation,
  amount: whole.optional().describe('Units that were used. Default: all.'),
  work: workRequest.nullish(),
  provider_cost: z
    .string()
    .nullish()
    .describe('Cost in US dollars that the provider of the work reported, as a decimal. It is not charged.'),
  idempotency_key: key,
})
export const extendRequest = z.strictObject({
  reservation_id: reservation,
  expires_in_seconds: whole.nullish().describe('Time from now until the reservation ends. Default: its end stays.'),
  estimate: whole.nullish().describe('Estimate of the units that are used so far.'),
  work: workRequest.nullish(),
  idempotency_key: key,
})
export const releaseRequest = z.strictObject({ reservation_id: reservation, idempotency_key: key })
export const allocateRequest = z.strictObject({
  account_id: account,
  feature,
  resource_id: z.string().describe('ID of the resource, which counts once.'),
})

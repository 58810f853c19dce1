import { z } from 'zod'
import { json, time, wholeNumber } from '../responses/fields.js'

/** Data of an object as GraphQL returns it. */
export type Data = Readonly<Record<string, unknown>>

/** A value of a response: its form, and its content. */
export interface Value {
  readonly schema: z.ZodType
  readonly toBody: (data: unknown) => unknown
}

/** Members that one or more fields of an object become. */
export interface Part {
  readonly shape: Readonly<Record<string, z.ZodType>>
  readonly toBody: (data: Data) => Record<string, unknown>
}

/** Forms of the scalars. */
export const SCALARS: Readonly<Record<string, () => z.ZodType>> = {
  ID: () => z.string(),
  String: () => z.string(),
  URL: () => z.string(),
  EmailAddress: () => z.string(),
  CurrencyCode: () => z.string(),
  Decimal: () => z.string(),
  Int: wholeNumber,
  SafeInt: wholeNumber,
  Float: () => z.number(),
  Boolean: () => z.boolean(),
  DateTime: time,
  JSON: json,
}

/** Fields that REST shows as one member. */
export const PAIRS: readonly (Part & { readonly of: readonly string[] })[] = [
  {
    of: ['denialCode', 'denialMessage'],
    shape: {
      denial: z
        .strictObject({ code: z.string().describe('Code of the denial.'), message: z.string() })
        .nullable()
        .describe('Code and text of the denial. Null if there is none.'),
    },
    toBody: ({ denialCode: code, denialMessage: message }) => ({
      denial: code === null ? null : { code, message: message ?? '' },
    }),
  },
  {
    of: ['overageUnits', 'overageCost'],
    shape: {
      overage: z
        .strictObject({ units: wholeNumber(), cost: z.string().describe('Decimal amount.'), currency: z.string() })
        .nullable()
        .describe('Units beyond the allowance with their cost. Null without cost.'),
    },
    toBody: ({ overageUnits: units, overageCost }) => {
      const cost = overageCost as { decimal: string; currency: string } | null
      return { overage: cost && { units, cost: cost.decimal, currency: cost.currency } }
    },
  },
]

/** Later members replace earlier ones of the same name. */
export const joined = (parts: readonly Part[]): Part => ({
  shape: Object.assign({}, ...parts.map(({ shape }) => shape)) as Record<string, z.ZodType>,
  toBody: (data) => Object.assign({}, ...parts.map((part) => part.toBody(data))) as Record<string, unknown>,
})

/** A member of a group of an account, which is a member of the account over REST. Null if the caller may not read the group. */
export const withinGroup = (key: string, { shape, toBody }: Part): Part => ({
  shape,
  toBody: (data) => {
    const group = data[key] as Data | null
    return group ? toBody(group) : Object.fromEntries(Object.keys(shape).map((name) => [name, null]))
  },
})

import { z } from 'zod'

export const REPORT_FORMAT = 'stackgate-reconciliation-report/1'

const moment = z.iso.datetime()

const difference = z.strictObject({
  kind: z.string(),
  object: z.string(),
  description: z.string(),
  account_id: z.string().nullable(),
  healed: z.boolean(),
  accepted: z.boolean(),
})

const sum = z.strictObject({
  currency: z.string(),
  what: z.string(),
  theirs_minor: z.int(),
  ours_minor: z.int(),
})

/** The content of a signed report: the comparisons that began on a day, and the differences that were accepted on it. */
export const reportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  business: z.string(),
  day: z.iso.date(),
  key_id: z.string(),
  runs: z.array(
    z.strictObject({
      id: z.string(),
      provider: z.string(),
      scope: z.string(),
      started_at: moment,
      finished_at: moment.nullable(),
      checked: z.int(),
      since: moment.nullable(),
      until: moment.nullable(),
      sums: z.array(sum),
      differences: z.array(difference),
      error: z.string().nullable(),
    }),
  ),
  /** Differences that are neither healed nor accepted, in the last complete run of each provider and scope. */
  open_count: z.int().nonnegative(),
  accepted_differences: z.array(
    z.strictObject({
      provider: z.string(),
      kind: z.string(),
      object: z.string(),
      accepted_by: z.string(),
      reason: z.string(),
      accepted_at: moment,
      accepted_until: moment.nullable(),
    }),
  ),
})
export type ReportContent = z.infer<typeof reportSchema>

import { z } from 'zod'

const appCode = z
  .string({ error: 'is required' })
  .regex(/^[\w.-]{1,100}$/, 'is 1 to 100 letters, digits, dots, dashes or underscores')
const container = z.string().max(200).optional()
const streams = z.array(z.enum(['stdout', 'stderr'], { error: 'are stdout and stderr' }))

/** The parameters of typed commands in the agent's own words, with their defaults and limits; the same for every door. */
const SHAPES: Readonly<Record<string, z.ZodType<Record<string, unknown>>>> = {
  health: z.strictObject({
    app_code: appCode.default('all'),
    container,
    include_metrics: z.boolean().default(true),
    include_system: z.boolean().default(false),
  }),
  logs: z.strictObject({
    app_code: appCode,
    container,
    cursor: z.string().max(2000).optional(),
    limit: z.number().int().min(1, 'must be between 1 and 1000').max(1000, 'must be between 1 and 1000').default(400),
    streams: streams.default(['stdout', 'stderr']).transform((given) => (given.length ? given : ['stdout', 'stderr'])),
    redact: z.boolean().default(true),
  }),
  restart: z.strictObject({ app_code: appCode, container, force: z.boolean().default(false) }),
  start: z.strictObject({ app_code: appCode, container }),
  stop: z.strictObject({
    app_code: appCode,
    container,
    timeout: z
      .number()
      .int()
      .min(1, 'must be between 1 and 300 seconds')
      .max(300, 'must be between 1 and 300 seconds')
      .default(30),
  }),
}

export type CheckedParameters =
  | { readonly ok: true; readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly name: string; readonly problem: string }

/**
 * Fills in defaults, checks limits and refuses what the agent would not understand; commands without a shape here pass as they are.
 * Null counts as left out.
 */
export function checkParameters(type: string, given: Readonly<Record<string, unknown>>): CheckedParameters {
  const shape = SHAPES[type]
  if (!shape) return { ok: true, parameters: given }
  const parsed = shape.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)))
  if (parsed.success) return { ok: true, parameters: parsed.data }
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys')
    return { ok: false, name: issue.keys[0] ?? '', problem: `is no parameter of ${type}` }
  return { ok: false, name: String(issue?.path[0] ?? ''), problem: issue?.message ?? 'is not valid' }
}

import { oneLine } from '#services/kernel/text/one-line.js'
import { z } from 'zod'
import { AppError } from '#services/kernel/errors/app-error.js'
import { currencyDecimals, isCurrency } from '#services/kernel/money/currency.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { parseDecimal } from '#services/kernel/money/money.js'
import type { SyncedContent, SyncRequest } from '#services/marketplace/sync/sync-request.js'
import { parseShape } from '../check-shape.js'
import { text } from '../field-types.js'

/** Action names of each sender: documented, implemented and sketched ones. */
const ACTIONS = {
  template_approved: 'approve',
  template_published: 'approve',
  approved: 'approve',
  template_updated: 'update',
  updated: 'update',
  template_rejected: 'reject',
  template_review_rejected: 'reject',
  template_unpublished: 'reject',
  rejected: 'reject',
  template_submitted: 'nothing',
  template_needs_changes: 'nothing',
} as const

type Action = keyof typeof ACTIONS

const actionsOf = (...effects: (typeof ACTIONS)[Action][]) =>
  (Object.keys(ACTIONS) as [Action, ...Action[]]).filter((action) => effects.includes(ACTIONS[action]))

/** A uuid or an integer, as the sender has it. Numbers that JSON cannot carry exactly are no ids. */
const opaqueId = z.union([
  text(100).regex(/^[\w.:-]+$/, 'expected letters, digits, dots, colons, dashes'),
  z.number().int('expected an integer').nonnegative(),
])

/** Whatever the sender calls its users: numbers, uuids, addresses. */
const userId = z.union([text(200).min(1), z.number().int().nonnegative()])

/** Fields that every sync body has. The action determines the others. */
export const syncHeading = z.looseObject({
  action: z.enum(Object.keys(ACTIONS) as [keyof typeof ACTIONS]),
  stack_template_id: opaqueId.optional(),
  external_id: opaqueId.optional(),
})

const code = text(100).regex(/^[A-Za-z0-9][\w.-]*$/, 'expected a code, for example ai-agent-stack')
const record = z.record(z.string(), z.unknown()).refine(isPostgresSafe, 'must not contain invalid characters')

const content = z.object({
  stack_template_id: opaqueId,
  external_id: opaqueId,
  code,
  name: text(200).min(1).transform(oneLine),
  description: text(2_000).nullable(),
  long_description: text(50_000).nullish(),
  category_code: code.nullish(),
  category: code.nullish(),
  price: z.number().nonnegative().nullable().describe('Decimal amount. Null: free of charge.'),
  billing_cycle: z.enum(['one_time', 'monthly']).nullish(),
  currency: z
    .string()
    .refine(isCurrency, 'expected a currency of ISO 4217')
    .nullish()
    .describe('ISO 4217. Default: USD.'),
  vendor_user_id: userId.nullable(),
  vendor_name: text(200).transform(oneLine).nullish().describe('Default: `vendor_email`.'),
  vendor_email: text(320).nullish(),
  tags: z.array(text(60)).max(50).nullish().describe('Empty ones are ignored.'),
  tech_stack: record.nullish(),
  infrastructure_requirements: record.nullish(),
  required_plan_name: text(100).nullish(),
})

/** A body as the document describes it: a rejection requires an ID alone. */
export const syncBody = z.union([
  syncHeading.extend({ action: z.enum(actionsOf('reject', 'nothing')) }),
  content.loose().extend({ action: z.enum(actionsOf('approve', 'update')) }),
])

/**
 * Parses a sync body in any of its formats. A missing or invalid field is reported by its path; unknown fields are
 * ignored.
 */
export function readSyncBody(body: z.infer<typeof syncHeading>): SyncRequest {
  const { action: named, stack_template_id: stackId, external_id: externalId } = body
  const action = ACTIONS[named]
  if (action === 'reject' || action === 'nothing') {
    const id = externalId ?? stackId
    if (id === undefined) throw bad('stack_template_id', 'expected the id of the template')
    requireEqual(stackId ?? id, id)
    return { action, ...identity(id) }
  }
  const parsed = parseShape(content, body)
  requireEqual(parsed.stack_template_id, parsed.external_id)
  return { action, ...identity(parsed.external_id), content: toContent(parsed) }
}

const bad = (field: string, message: string) =>
  new AppError('BAD_REQUEST', `${field}: ${message}`, { details: { field } })

function requireEqual(stackId: string | number, externalId: string | number): void {
  if (String(stackId) !== String(externalId)) throw bad('external_id', 'expected the same id as stack_template_id')
}

const identity = (id: string | number) => ({ externalId: String(id), numericId: typeof id === 'number' })

function toContent(body: z.infer<typeof content>): SyncedContent {
  const vendorName = body.vendor_name ?? body.vendor_email ?? null
  if (!vendorName && body.vendor_user_id !== null)
    throw bad('vendor_name', 'expected the name or the email of the vendor')
  return {
    code: body.code,
    name: body.name,
    description: body.description,
    longDescription: body.long_description ?? null,
    category: body.category_code ?? body.category ?? null,
    price: toPrice(body),
    vendorUserId: body.vendor_user_id === null ? null : String(body.vendor_user_id),
    vendorName,
    tags: (body.tags ?? []).filter((tag) => tag.trim() !== ''),
    techStack: body.tech_stack ?? null,
    infrastructureRequirements: body.infrastructure_requirements ?? null,
    requiredPlan: body.required_plan_name || null,
  }
}

const MAX_MINOR = 99_999_999

/** Converts a received float to an integer amount of the smallest unit. Throws if that is not exact. */
function toPrice(body: z.infer<typeof content>): SyncedContent['price'] {
  if (body.price === null || body.price === 0) return null
  const currency = body.currency ?? 'USD'
  const decimals = currencyDecimals(currency)
  try {
    const { amountMinor } = parseDecimal(String(body.price), currency)
    if (amountMinor <= MAX_MINOR)
      return { amountMinor, currency, interval: body.billing_cycle === 'monthly' ? 'MONTH' : 'ONE_TIME' }
  } catch {
    // named below
  }
  throw bad('price', `expected an amount of ${currency} with at most ${decimals} decimals`)
}

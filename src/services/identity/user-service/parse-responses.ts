import { oneLine } from '#services/kernel/text/one-line.js'
import { z } from 'zod'
import { AppError } from '#services/kernel/errors/app-error.js'

/** A person's profile as reported by the User Service. */
export interface UserServiceProfile {
  readonly subject: string
  readonly email: string
  /** As with signed tokens: verified unless it says otherwise. */
  readonly emailVerified: boolean
  readonly name: string | null
  readonly roles: readonly string[]
  /** Null: it says nothing of a plan. */
  readonly plan: { readonly name: string; readonly dateEnd: string | null } | null
  readonly products: readonly UserServiceProduct[]
  /** IDs of templates, if reported separately from products. */
  readonly purchasedTemplates: readonly string[]
}

export interface UserServiceProduct {
  readonly externalId: string | null
  readonly productType: string | null
  readonly code: string | null
  readonly name: string | null
  /** As it prints it: a decimal. */
  readonly price: string | null
  /** Null: it does not say. */
  readonly currency: string | null
  readonly billingCycle: string | null
  readonly active: boolean
  readonly ownedSince: string | null
}

export interface UserServicePlan {
  readonly name: string
  readonly title: string | null
}

export interface UserServiceCategory {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly priority: number
  /** Whatever else it says. */
  readonly metadata: Readonly<Record<string, unknown>>
}

const opaque = z.union([z.string().min(1).max(200), z.number()]).transform(String)
const decimal = z.union([z.string(), z.number()]).transform(String)

const product = z
  .object({
    product_id: opaque.nullish(),
    external_id: opaque.nullish(),
    product_type: z.string().nullish(),
    code: z.string().nullish(),
    name: z.string().nullish(),
    price: decimal.nullish(),
    currency: z.string().nullish(),
    billing_cycle: z.string().nullish(),
    is_active: z.boolean().nullish(),
    active: z.boolean().nullish(),
    owned_since: z.string().nullish(),
  })
  .transform((row): UserServiceProduct => ({
    externalId: row.external_id ?? null,
    productType: row.product_type ?? null,
    code: row.code ?? null,
    name: row.name ?? null,
    price: row.price ?? null,
    currency: row.currency ?? null,
    billingCycle: row.billing_cycle ?? null,
    active: row.is_active ?? row.active ?? true,
    ownedSince: row.owned_since ?? null,
  }))

const profile = z.object({
  _id: opaque.nullish(),
  email: z.string().min(3).max(320),
  name: z.string().max(200).nullish(),
  email_verified: z.boolean().nullish(),
  role: z.string().nullish(),
  roles: z.array(z.string()).nullish(),
  plan: z.object({ name: z.string().min(1), date_end: z.string().nullish() }).nullish(),
  products: z.array(product).nullish(),
  purchased_templates: z.array(opaque).nullish(),
})

/** The profile at the top level or under `user`: both forms occur. */
export function readProfile(body: unknown): UserServiceProfile {
  const wrapped = z.object({ user: z.record(z.string(), z.unknown()) }).safeParse(body)
  const parsed = profile.safeParse(wrapped.success ? wrapped.data.user : body)
  if (!parsed.success)
    throw new AppError('UNAVAILABLE', 'Token verification is temporarily unavailable.', {
      internal: `invalid profile from the User Service: ${parsed.error.message}`,
    })
  const { _id: id, email, name, role, roles, plan, products, purchased_templates: templates } = parsed.data
  return {
    subject: id ?? email,
    email,
    emailVerified: parsed.data.email_verified ?? true,
    name: name ? oneLine(name) : null,
    roles: [...(roles ?? []), ...(role ? [role] : [])],
    plan: plan ? { name: plan.name, dateEnd: plan.date_end ?? null } : null,
    products: products ?? [],
    purchasedTemplates: templates ?? [],
  }
}

/** A bare list, or one in the envelope of its collection interface. */
function items(body: unknown): unknown[] {
  const enveloped = z.object({ _items: z.array(z.unknown()) }).safeParse(body)
  if (enveloped.success) return enveloped.data._items
  if (Array.isArray(body)) return body
  return body !== null && typeof body === 'object' && Object.keys(body).length > 0 ? [body] : []
}

const plan = z
  .object({ name: z.string().min(1), title: z.string().nullish() })
  .transform((row): UserServicePlan => ({ name: row.name, title: row.title ?? null }))

const category = z
  .looseObject({
    _id: opaque,
    name: z.string().min(1).max(100),
    title: z.string().max(255).nullish(),
    priority: z.number().int().nullish(),
  })
  .transform(({ _id: id, name, title, ...rest }): UserServiceCategory => ({
    id,
    code: name,
    title: title ?? name,
    priority: rest.priority ?? 0,
    metadata: Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('_'))),
  }))

export const readPlans = (body: unknown): UserServicePlan[] => z.array(plan).parse(items(body))
export const readProducts = (body: unknown): UserServiceProduct[] => z.array(product).parse(items(body))
export const readCategories = (body: unknown): UserServiceCategory[] => z.array(category).parse(items(body))

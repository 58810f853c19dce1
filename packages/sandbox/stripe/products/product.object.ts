import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/** Writable fields of a product. */
export interface ProductInput {
  id?: string | undefined
  name: string
  active?: boolean | undefined
  description?: string | null | undefined
  images?: string[] | undefined
  url?: string | null | undefined
  unit_label?: string | null | undefined
  statement_descriptor?: string | null | undefined
  metadata?: Record<string, string>
}

/** A new product, complete. */
export function buildProduct(world: SandboxState, input: ProductInput): Stripe.Product {
  return {
    id: input.id ?? world.ids.next('prod', 14),
    object: 'product',
    active: input.active ?? true,
    created: world.clock.seconds,
    default_price: null,
    description: input.description ?? null,
    images: input.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: input.metadata ?? {},
    name: input.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: input.statement_descriptor ?? null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: input.unit_label ?? null,
    updated: world.clock.seconds,
    url: input.url ?? null,
  }
}

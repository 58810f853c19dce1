// Compiled, never run: values that the schema rejects do not compile. generated/one-of-inputs.ts does the same for every input with `@oneOf`.
import { withIdempotencyKey } from '../src/idempotency.js'
import type { Checkout, EnqueueCommand, StartSubscription } from '../src/generated/documents/index.js'
import type { TemplateBy } from '../src/generated/types.js'
import type { VariablesOf } from '../src/operation.js'

type Subscription = VariablesOf<typeof StartSubscription>['input']

export const one: TemplateBy = { slug: 'x' }
export const byUndefined: TemplateBy = { slug: 'x', id: undefined }
// @ts-expect-error no member
export const none: TemplateBy = {}
// @ts-expect-error two members
export const two: TemplateBy = { id: 'x', slug: 'y' }
// @ts-expect-error null is no value
export const nothing: TemplateBy = { id: null }
// @ts-expect-error two ways to name a checkout
export const checkout: VariablesOf<typeof Checkout> = { by: { id: 'x', providerReference: 'y' } }
export const command: VariablesOf<typeof EnqueueCommand>['input'] = withIdempotencyKey({
  deploymentHash: 'x',
  command: { health: {} },
})
// @ts-expect-error two commands
withIdempotencyKey({ deploymentHash: 'x', command: { health: {}, restart: {} } })

export const keyed: Subscription = withIdempotencyKey({ plan: 'plus' })
export const monthly: Subscription = withIdempotencyKey({ plan: 'plus', interval: 'MONTH' })
const kept = withIdempotencyKey({ plan: 'plus', interval: 'MONTH', idempotencyKey: 'mine' })
export const repeated: Subscription = kept
export const caps = withIdempotencyKey({ feature: 'x', period: 'DAY', limit: { units: 1 }, alertPercents: [80, 100] })
// @ts-expect-error no input has this member
withIdempotencyKey({ plan: 'plus', nope: 1 })
// @ts-expect-error also with a type that is expected
export const wrong: Subscription = withIdempotencyKey({ plan: 'plus', nope: 1 })
// @ts-expect-error another type
withIdempotencyKey({ plan: 1 })
// @ts-expect-error members of different inputs
withIdempotencyKey({ plan: 'plus', teamName: 'x' })

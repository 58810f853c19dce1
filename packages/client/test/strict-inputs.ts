// Compiled, never run: values that the schema rejects do not compile. generated/one-of-inputs.ts does the same for every input with `@oneOf`.
import type { Stackgate } from '../src/client.js'
import {
  CreateApiKey,
  InviteMembers,
  RemoveMember,
  StartSubscription,
  type Checkout,
  type EnqueueCommand,
} from '../src/generated/documents/index.js'
import type { UsageEvent, UsageEventFields } from '../src/entitlements/index.js'
import type { TemplateBy, UsageEventInput } from '../src/generated/types.js'
import type { VariablesOf } from '../src/operation.js'
import type { Result } from '../src/results.js'
import type { UsageInput } from '../src/usage-outbox/index.js'

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
export const command: VariablesOf<typeof EnqueueCommand>['command'] = { health: {} }
// @ts-expect-error two commands
export const commands: VariablesOf<typeof EnqueueCommand>['command'] = { health: {}, restart: {} }

/** The members of an input that may be null. */
type Nullable<Input> = { readonly [Name in keyof Input as null extends Input[Name] ? Name : never]-?: null }
declare const nulls: Nullable<UsageEventInput>
const { amount: _amount, work: _work, ...others } = nulls
/** Each member of usage that the schema lets be null can be null, or is left out. */
export const usage: readonly UsageInput[] = [
  { accountId: 'x', feature: 'y', ...nulls },
  { accountId: 'x', feature: 'y' },
]
export const events: readonly UsageEvent[] = [
  { accountId: 'x', feature: 'y', ...others, amount: 1, work: null },
  { accountId: 'x', feature: 'y', ...others, amount: null, work: { quantities: { tokens: 1 } } },
]
/** No member of the schema is missing. */
export const named = (name: keyof UsageEventInput): keyof UsageInput & (keyof UsageEventFields | 'amount' | 'work') =>
  name

/** Results of mutations, by what their documents select. */
export async function results(client: Stackgate): Promise<void> {
  const started = await client.mutate(StartSubscription, { input: { plan: 'plus' } })
  if (started.ok) started.value.id satisfies string
  else started.denial.message satisfies string
  // @ts-expect-error a denial has no value
  if (!started.ok) started.value satisfies undefined
  // @ts-expect-error no variable has this name
  await client.mutate(StartSubscription, { input: { plan: 'plus' }, nope: 1 })
  // @ts-expect-error no field of the input has this name
  await client.mutate(StartSubscription, { input: { plan: 'plus', nope: 1 } })
  await client.mutate(StartSubscription, { input: { plan: 'plus', interval: { unit: 'MONTH' } }, key: 'mine' })
  // @ts-expect-error another type
  await client.request(StartSubscription, { input: { plan: 1 } })
  const created = await client.mutate(CreateApiKey, { input: { name: 'x', scopes: [] } })
  if (created.ok) created.value satisfies { apiKey: { id: string } | null; secret: string | null }
  const removed = await client.mutate(RemoveMember, { userId: 'x' })
  if (removed.ok) removed.value.deletedId satisfies string | null
  const invited = await client.mutate(InviteMembers, { invitations: [{ email: 'x@example.com', role: 'MEMBER' }] })
  invited satisfies Result<{ id: string }>[]
}

import { defaultFieldResolver, isObjectType, type GraphQLField, type GraphQLNamedType } from 'graphql'
import { Extensions } from 'type-graphql'

/** Context that decides about personal data. */
interface Guarded {
  /** True unless the caller is a key for all accounts without a scope for personal data. */
  readsPersonalData(): boolean
  requirePersonalData(): void
}

type Resolve = NonNullable<GraphQLField<unknown, Guarded>['resolve']>

/**
 * Treatment of a field for a key without a scope for personal data: it is refused, the address of a person in it is masked, or the link to a
 * page about a person is null.
 */
type Treatment = 'refused' | 'masked' | 'hidden'

const SCOPE = 'a scope with the permission `MEMBERS_READ`'
/** Appended to the descriptions of the fields. */
const NOTES: Readonly<Record<Treatment, string>> = {
  refused: `Personal data: a key for all accounts requires ${SCOPE}.`,
  masked: `An email address or the page of an invoice is \`…\` for a key for all accounts without ${SCOPE}.`,
  hidden: `Null for a key for all accounts without ${SCOPE}.`,
}

/** Declares that a field has personal data of an account or of its members. */
export const personal = (treatment: Treatment = 'refused'): MethodDecorator & PropertyDecorator =>
  Extensions({ personal: treatment })

/** Makes the fields of a type that have personal data refuse a key for all accounts without a scope for it. */
export function guardPersonalData(type: GraphQLNamedType): void {
  if (!isObjectType(type)) return
  for (const field of Object.values(type.getFields())) {
    const treatment = field.extensions['personal'] as Treatment | undefined
    if (treatment === undefined) continue
    const resolve = (field.resolve ?? defaultFieldResolver) as Resolve
    field.description = `${field.description} ${NOTES[treatment]}`
    field.resolve = TREATMENTS[treatment](resolve)
  }
}

const refusing =
  (resolve: Resolve): Resolve =>
  (source, args, context, info) => {
    context.requirePersonalData()
    return resolve(source, args, context, info)
  }

const hiding =
  (resolve: Resolve): Resolve =>
  (source, args, context, info) =>
    context.readsPersonalData() ? resolve(source, args, context, info) : null

/** Masks the address of a person, and the page of an invoice, wherever the field has it. */
const masking =
  (resolve: Resolve): Resolve =>
  (source, args, context, info) => {
    const value: unknown = resolve(source, args, context, info)
    if (context.readsPersonalData()) return value
    const mask = (resolved: unknown) => addressesIn(source, resolved).reduce(masked, resolved)
    return value instanceof Promise ? value.then(mask) : mask(value)
  }

const TREATMENTS: Readonly<Record<Treatment, (resolve: Resolve) => Resolve>> = {
  refused: refusing,
  masked: masking,
  hidden: hiding,
}

/** Addresses and pages of invoices in the data of an event or of its delivery, and a name that is an address. */
function addressesIn(source: unknown, value: unknown): string[] {
  const found = [source, value].flatMap((of) => {
    const { email, payUrl, actionUrl } = Object((Object(of) as { data?: unknown }).data) as Record<string, unknown>
    return [email, payUrl, actionUrl]
  })
  return [...found, isAddress(value) ? value : null].filter(
    (address): address is string => typeof address === 'string' && address !== '',
  )
}

const isAddress = (value: unknown): boolean => typeof value === 'string' && /^[^\s@]+@[^\s@]+$/.test(value)

/** A copy of a value without an address. */
function masked(value: unknown, address: string): unknown {
  if (typeof value === 'string') return value.replaceAll(address, '…')
  if (Array.isArray(value)) return value.map((each) => masked(each, address))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each, address)]))
}

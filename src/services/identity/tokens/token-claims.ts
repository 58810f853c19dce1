import type { JWTPayload } from 'jose'
import { z } from 'zod'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Issuer } from '#services/kernel/config/issuers.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { oneLine } from '#services/kernel/text/one-line.js'
import type { UserServiceProfile } from '../user-service/parse-responses.js'

/** An organization of the identity provider, and the user's role in it. */
export interface TokenOrganization {
  readonly kind: 'TEAM' | 'COMMUNITY'
  readonly externalId: string
  readonly name: string | null
  readonly role: MemberRole
}

/** Claims that are read from a user token. All others are ignored. */
export interface TokenClaims {
  readonly subject: string
  /** Empty if the token has none. */
  readonly email: string
  /** False when the issuer says that the address was not proved (`email_verified`). */
  readonly emailVerified: boolean
  readonly name: string | null
  readonly roles: readonly string[]
  readonly organization: TokenOrganization | null
  /** ID of the customer whose account the user owns. */
  readonly customerId: string | null
  readonly expiresAt: Date
  /** Additional profile from the User Service, for tokens that it verified. */
  readonly profile?: UserServiceProfile
}

/** Names, forms and values of the claims of an issuer. */
export type ClaimMapping = Pick<
  Issuer,
  'prefix' | 'claims' | 'organizationKind' | 'organizationRoles' | 'requiredClaims' | 'expectedClaims' | 'roles'
>

/** Text that the database can hold. */
const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'))

/** Text that identifies something: it is part of references, log lines and headers. */
const identifier = (minLength: number, maxLength: number) =>
  text(maxLength)
    .min(minLength)
    .refine((value) => !/[\p{Cc}\u2028\u2029]/u.test(value))

const ID = z.union([identifier(1, 200), z.number().int().transform(String)])
const KEYS_OF_OBJECT = z.record(z.string(), z.unknown()).transform((value) => Object.keys(value))

/** Each claim with its form, and the description of the form for callers. */
const FORMS = {
  subject: [identifier(1, 200), 'text of 1 to 200 characters without control characters'],
  email: [identifier(3, 320), 'text of 3 to 320 characters without control characters'],
  emailVerified: [
    z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]),
    'true or false',
  ],
  name: [text(200), 'text of at most 200 characters'],
  roles: [z.array(z.string()), 'a list of texts'],
  role: [z.union([z.array(z.string()), z.string().transform((roles) => roles.split(','))]), 'a text'],
  organization: [ID, 'text of 1 to 200 characters without control characters, or a whole number'],
  organizations: [
    z.union([z.array(ID), KEYS_OF_OBJECT]),
    'a list of texts, or an object with a member for each organization',
  ],
  organizationName: [text(200), 'text of at most 200 characters'],
  organizationRole: [z.string(), 'a text'],
  customer: [ID, 'text of 1 to 200 characters without control characters'],
} as const satisfies Record<string, readonly [z.ZodType, string]>
type Form = keyof typeof FORMS

/** Reads the claims of a verified token as its issuer names them. @throws AppError that names the claim */
export function readClaims(payload: JWTPayload, mapping: ClaimMapping): TokenClaims {
  const { claims, prefix } = mapping
  for (const [name, values] of Object.entries(mapping.expectedClaims)) expectValue(payload, name, values)
  for (const name of mapping.requiredClaims) if (claimAt(payload, name) == null) throw missingClaim(name)
  const read = <Name extends Form>(form: Name, names: readonly string[]): z.output<(typeof FORMS)[Name][0]> | null => {
    const name = names.find((one) => claimAt(payload, one) != null)
    if (name === undefined) return null
    const value = claimAt(payload, name)
    const [schema, expected] = FORMS[form]
    const parsed = schema.safeParse(value)
    if (!parsed.success) throw wrongClaim(name, expected, value)
    return parsed.data as z.output<(typeof FORMS)[Name][0]>
  }
  const subject = read('subject', claims.subject)
  if (subject === null) throw missingClaim(claims.subject.join(' or '))
  const roles = read(claims.roles.includes('role') ? 'role' : 'roles', claims.roles) ?? []
  const name = read('name', claims.name)
  return {
    subject: `${prefix}${subject}`,
    email: read('email', claims.email) ?? '',
    emailVerified: read('emailVerified', claims.emailVerified) ?? true,
    name: name ? oneLine(name) : null,
    roles: mapping.roles ? roles.flatMap((role) => mapping.roles![role] ?? []) : roles,
    organization: organizationOf(mapping, read),
    customerId: read('customer', claims.customer ?? []),
    expiresAt: new Date(payload.exp! * 1000),
  }
}

function organizationOf(
  { claims, prefix, organizationKind: kind, organizationRoles }: ClaimMapping,
  read: <Name extends Form>(form: Name, names: readonly string[]) => z.output<(typeof FORMS)[Name][0]> | null,
): TokenOrganization | null {
  // Some products list all organizations of the user. Of several, none is the current one.
  const isList = claims.organization.includes('organization')
  const ids = [read(isList ? 'organizations' : 'organization', claims.organization) ?? []].flat()
  const role = read('organizationRole', claims.organizationRole)
  const known = (['owner', 'admin', 'member'] as const).find(
    (one) => role !== null && organizationRoles[one]?.includes(role),
  )
  if (role !== null && organizationRoles.member && !known) {
    const expected = Object.values(organizationRoles)
      .flat()
      .map((value) => `'${value}'`)
    throw wrongClaim(claims.organizationRole[0]!, expected.join(' or '), role)
  }
  if (ids.length !== 1) return null
  const name = read('organizationName', claims.organizationName)
  return {
    kind,
    externalId: `${prefix}${ids[0]!}`,
    name: name ? oneLine(name) : null,
    role: (known ?? 'member').toUpperCase() as MemberRole,
  }
}

/** A claim by its name, or the member of a claim by its path. */
export function claimAt(payload: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name]
  const dot = name.indexOf('.')
  const inner = dot > 0 && Object.hasOwn(payload, name.slice(0, dot)) ? payload[name.slice(0, dot)] : undefined
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? claimAt(inner as Record<string, unknown>, name.slice(dot + 1))
    : undefined
}

/** Requires that a claim, or an item of it, has one of several values. */
export function expectValue(payload: Readonly<Record<string, unknown>>, name: string, values: readonly string[]): void {
  const value = claimAt(payload, name)
  if (value == null) throw missingClaim(name)
  if (![value].flat().some((one) => values.includes(one as string)))
    throw wrongClaim(name, values.map((one) => `'${one}'`).join(' or '), value, true)
}

export const missingClaim = (name: string): AppError =>
  new AppError('INVALID_TOKEN', `The token is missing the claim ${name}.`)

/** @param isShown values of claims about the token itself are shown, those about the user are described */
export function wrongClaim(name: string, expected: string, value: unknown, isShown = false): AppError {
  const found = isShown ? (JSON.stringify(value) ?? 'nothing').slice(0, 200) : kindOf(value)
  return new AppError(
    'INVALID_TOKEN',
    `The claim ${name} of the token is wrong: expected ${expected}, and it is ${found}.`,
  )
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`
  if (Array.isArray(value)) return `a list of ${value.length} items`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

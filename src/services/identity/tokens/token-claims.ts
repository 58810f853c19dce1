import type { JWTPayload } from 'jose'
import { z } from 'zod'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Issuer, RoleValues, TokenKind } from '#services/kernel/config/issuers.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { oneLine } from '#services/kernel/text/one-line.js'
import { isMissingId } from '../model/missing-id.js'
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
  /** The person who acts in the name of the user, as the issuer says. Null or undefined: the user. */
  readonly impersonator?: string | null
  readonly expiresAt: Date
  /** Additional profile from the User Service, for tokens that it verified. */
  readonly profile?: UserServiceProfile
}

/** Names, forms and values of the claims of an issuer. */
export type ClaimMapping = Pick<
  Issuer,
  | 'prefix'
  | 'claims'
  | 'organizationKind'
  | 'organizationRoles'
  | 'requiredClaims'
  | 'expectedClaims'
  | 'kinds'
  | 'hasSeveralOrganizations'
  | 'clockToleranceSeconds'
  | 'roles'
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

const textId = identifier(1, 200).refine((value) => value.trim() !== '' && !isMissingId(value))
const ID = z.union([textId, z.number().int().transform(String)])
const named = ID.transform((id) => ({ id, name: null }))
/** Members by the alias of an organization, as Keycloak writes them, with its ID if the mapper adds it. */
const MEMBER_FOR_EACH = z
  .record(textId, z.looseObject({ id: ID.optional() }).catch({}))
  .transform((members) => Object.entries(members).map(([alias, { id }]) => ({ id: id ?? alias, name: alias })))

/** Each claim with its form, and the description of the form for callers. */
const FORMS = {
  subject: [textId, 'a visible text of 1 to 200 characters without control characters'],
  email: [identifier(3, 320), 'text of 3 to 320 characters without control characters'],
  // A person without an address has an empty text in tokens of Supabase.
  optionalEmail: [z.union([z.literal(''), identifier(3, 320)]), 'text of 3 to 320 characters, or an empty text'],
  emailVerified: [
    z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]),
    'true or false',
  ],
  name: [text(200), 'text of at most 200 characters'],
  roles: [z.array(z.string()), 'a list of texts'],
  severalRoles: [
    z.union([
      z.array(z.string()),
      z.string().transform((roles) =>
        roles
          .split(',')
          .map((role) => role.trim())
          .filter(Boolean),
      ),
    ]),
    'a text or a list of texts',
  ],
  organization: [ID, 'a visible text of 1 to 200 characters without control characters, or a whole number'],
  organizations: [
    z.union([z.array(named), named.transform((one) => [one]), MEMBER_FOR_EACH]),
    'a list of texts, or an object with a member for each organization',
  ],
  organizationName: [text(200), 'text of at most 200 characters'],
  customer: [ID, 'a visible text of 1 to 200 characters without control characters'],
  impersonator: [identifier(1, 320), 'text of 1 to 320 characters without control characters'],
} as const satisfies Record<string, readonly [z.ZodType, string]>
type Form = keyof typeof FORMS

/** Reads the value of a claim in a form: of the first of several names that the token has. Null if it has none. */
type ReadClaim = <Name extends Form>(form: Name, names: readonly string[]) => z.output<(typeof FORMS)[Name][0]> | null

/** Reads the claims of a verified token as its issuer names them. @throws AppError that names the claim */
export function readClaims(payload: JWTPayload, mapping: ClaimMapping, header: object = {}): TokenClaims {
  const { claims, prefix } = mapping
  const { isGuest } = holderOf(payload, header, mapping.kinds)
  for (const [name, values] of Object.entries(mapping.expectedClaims)) expectValue(payload, name, values)
  for (const name of mapping.requiredClaims) if (claimAt(payload, name) == null) throw missingClaim(name)
  const read: ReadClaim = (form, names) => {
    const name = names.find((one) => claimAt(payload, one) != null)
    if (name === undefined) return null
    const value = claimAt(payload, name)
    const [schema, expected] = FORMS[form]
    const parsed = schema.safeParse(value)
    if (!parsed.success) throw wrongClaim(name, expected, value)
    return parsed.data as z.output<(typeof FORMS)[typeof form][0]>
  }
  const subject = read('subject', claims.subject)
  if (subject === null) throw missingClaim(claims.subject.join(' or '))
  const roles = read(claims.roles.includes('role') ? 'severalRoles' : 'roles', claims.roles) ?? []
  const email = read(mapping.requiredClaims.includes('email') ? 'email' : 'optionalEmail', claims.email) ?? ''
  const name = read('name', claims.name)
  return {
    subject: `${prefix}${subject}`,
    // The address of a guest is invented by the product.
    email: isGuest ? '' : email,
    emailVerified: !isGuest && (read('emailVerified', claims.emailVerified) ?? true),
    name: name ? oneLine(name) : null,
    roles: mapping.roles ? roles.flatMap((role) => mapping.roles![role] ?? []) : roles,
    organization: organizationOf(mapping, read),
    customerId: read('customer', claims.customer ?? []),
    impersonator: read('impersonator', claims.impersonator ?? []),
    // The end of everything that the token opens: the next request is refused at the same moment.
    expiresAt: new Date((payload.exp! + mapping.clockToleranceSeconds) * 1000),
  }
}

/** Whether the holder of a token is a guest. @throws AppError if it is no person */
function holderOf(payload: JWTPayload, header: object, kinds: readonly TokenKind[]): { readonly isGuest: boolean } {
  const sources: Readonly<Record<string, unknown>> = { ...payload, header }
  const found = kinds.find(({ claim, form }) => isOfForm(sources, claimAt(sources, claim), form))
  if (!found || found.holder === 'GUEST') return { isGuest: found !== undefined }
  const [where, name] = found.claim.startsWith('header.')
    ? ['header parameter', found.claim.slice('header.'.length)]
    : ['claim', found.claim]
  throw new AppError(
    'INVALID_TOKEN',
    `The ${where} ${name} of the token is wrong: expected a token of a person for this application, and it is ${found.name}.`,
  )
}

function isOfForm(payload: Readonly<Record<string, unknown>>, value: unknown, form: TokenKind['form']): boolean {
  if (value == null) return false
  if (form === 'present') return true
  if (form instanceof RegExp) return (typeof value === 'string' || typeof value === 'boolean') && form.test(`${value}`)
  return form.equals.some((other) => claimAt(payload, other) === value)
}

function organizationOf(
  { claims, prefix, organizationKind: kind, organizationRoles, hasSeveralOrganizations }: ClaimMapping,
  read: ReadClaim,
): TokenOrganization | null {
  // Some products list all organizations of the user. Of several, none is the current one.
  const organizations = hasSeveralOrganizations
    ? (read('organizations', claims.organization) ?? [])
    : [read('organization', claims.organization) ?? []].flat().map((id) => ({ id, name: null }))
  const role = highestRole(claims.organizationRole, organizationRoles, read)
  const [organization, ...others] = organizations
  if (!organization || others.length > 0) return null
  const name = read('organizationName', claims.organizationName) ?? organization.name
  return {
    kind,
    externalId: `${prefix}${organization.id}`,
    name: name ? oneLine(name) : null,
    role: role.toUpperCase() as MemberRole,
  }
}

/** The highest role that any of the claims has. Every other value makes a member, unless the issuer says what a member is. */
function highestRole(names: readonly string[], values: RoleValues, read: ReadClaim): 'owner' | 'admin' | 'member' {
  const roles = names.flatMap((name) => read('severalRoles', [name]) ?? [])
  const known = (['owner', 'admin', 'member'] as const).find((one) => roles.some((role) => values[one]?.includes(role)))
  if (roles.length > 0 && values.member && !known) {
    const expected = Object.values(values)
      .flat()
      .map((value) => `'${value}'`)
    throw wrongClaim(names[0]!, expected.join(' or '), roles.join(','))
  }
  return known ?? 'member'
}

/** A claim by its name, or the member of a claim by its path. The names of members can contain dots, as client IDs do. */
export function claimAt(payload: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name]
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const inner = Object.hasOwn(payload, name.slice(0, dot)) ? payload[name.slice(0, dot)] : undefined
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue
    const found = claimAt(inner as Record<string, unknown>, name.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
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

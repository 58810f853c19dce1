import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { readYaml } from '../yaml/read-yaml.js'
import { ISSUER_PRESETS } from './issuer-presets.js'
import { selfWrittenProblems } from './self-written-claims.js'

/** Names of claims, the first that is present. `a.b` is the member `b` of `a`, unless there is a claim with that name. */
export interface ClaimNames {
  readonly subject: readonly string[]
  readonly email: readonly string[]
  readonly emailVerified: readonly string[]
  readonly name: readonly string[]
  readonly roles: readonly string[]
  readonly organization: readonly string[]
  readonly organizationName: readonly string[]
  readonly organizationRole: readonly string[]
  /** ID of a customer whose account the user owns. Only the configuration can name it. */
  readonly customer?: readonly string[]
  /** The person who acts in the name of the user, for the audit log. */
  readonly impersonator?: readonly string[]
}

/**
 * Holder of a token other than a person, and how it is recognized: by the value of a claim (or of a parameter of the header,
 * `header.typ`), by its presence, or because it equals another claim. Tokens of a machine and other tokens are refused; a
 * guest is a person without an address.
 */
export interface TokenKind {
  readonly holder: 'MACHINE' | 'OTHER' | 'GUEST'
  readonly name: string
  readonly claim: string
  readonly form: RegExp | 'present' | { readonly equals: readonly string[] }
}

/** Values of the claim of the role that give a role in an organization. All others make a member. */
export type RoleValues = Partial<Record<'owner' | 'admin' | 'member', readonly string[]>>

/** Properties of an identity product. */
export interface IssuerDefaults {
  /** Address of the key set of an issuer. */
  readonly jwksUrl?: (issuer: string) => string
  readonly audience?: readonly string[]
  readonly claims: ClaimNames
  readonly organizationKind?: 'TEAM' | 'COMMUNITY'
  readonly organizationRoles?: RoleValues
  /** Required claims. The subject and the expiry always are. */
  readonly requiredClaims?: readonly string[]
  /** Values of which a claim has one. */
  readonly expectedClaims?: Readonly<Record<string, readonly string[]>>
  /** Claims that name the application for which the token was made. Default: `azp`. */
  readonly authorizedParty?: readonly string[]
  /** Holders of tokens that are no persons. */
  readonly kinds?: readonly TokenKind[]
  /** Whether the claim of the organization lists all of the user, as texts or as the members of an object. */
  readonly hasSeveralOrganizations?: boolean
  /** Claims with a time that must have passed. */
  readonly pastTimes?: readonly string[]
  /** Claims that users write themselves, in addition to those that they can write in every product. */
  readonly selfWritten?: readonly string[]
  /** Accepted difference of clocks. Default: 5 seconds. */
  readonly clockToleranceSeconds?: number
  /** Name of the cookie of an encrypted session. */
  readonly cookieName?: string
}

/** Keys of an issuer: those of its key set, a shared secret for HS256, or both. */
export type IssuerKeys =
  | { readonly kind: 'signed'; readonly url: URL | null; readonly secret: string | null }
  | { readonly kind: 'session'; readonly secret: string; readonly cookieName: string }

/** An issuer of user tokens. */
export interface Issuer {
  /** Beginning of the IDs of its users and organizations, so that those of two issuers are never the same. Empty for one issuer. */
  readonly prefix: string
  /** Expected `iss`. Null: not checked. */
  readonly issuer: string | null
  /** Audiences of which a token has one. Empty: not checked. */
  readonly audience: readonly string[]
  /** Values of the authorized party of which a token has one. Empty: not checked. */
  readonly authorizedParties: readonly string[]
  readonly authorizedParty: readonly string[]
  readonly keys: IssuerKeys
  readonly claims: ClaimNames
  readonly organizationKind: 'TEAM' | 'COMMUNITY'
  readonly organizationRoles: RoleValues
  readonly requiredClaims: readonly string[]
  readonly expectedClaims: Readonly<Record<string, readonly string[]>>
  readonly kinds: readonly TokenKind[]
  readonly hasSeveralOrganizations: boolean
  readonly pastTimes: readonly string[]
  readonly clockToleranceSeconds: number
  /** Roles of the installation by the values of the claim. Undefined: the values are the roles. */
  readonly roles?: Readonly<Record<string, string>> | undefined
}

const texts = z.union([
  z
    .string()
    .min(1)
    .transform((text) => [text]),
  z.array(z.string().min(1)).min(1),
])
const claimNames = z.strictObject({
  subject: texts.optional(),
  email: texts.optional(),
  emailVerified: texts.optional(),
  name: texts.optional(),
  roles: texts.optional(),
  organization: texts.optional(),
  organizationName: texts.optional(),
  organizationRole: texts.optional(),
  customer: texts.optional(),
  impersonator: texts.optional(),
})

const MIN_SECRET_LENGTH = 32
const DEFAULT_CLOCK_TOLERANCE_SECONDS = 5
const LIMITS = { tokens: 20_000, levels: 10, values: 5_000, characters: 1024 * 1024 }

const issuerEntry = z.strictObject({
  preset: z.enum(Object.keys(ISSUER_PRESETS) as [keyof typeof ISSUER_PRESETS]).default('stackgate'),
  prefix: z
    .string()
    .regex(/^[a-z0-9-]{1,20}$/, 'expected 1 to 20 lowercase letters, digits or hyphens')
    .optional(),
  issuer: z.string().min(1).optional(),
  audience: texts.optional(),
  authorizedParties: texts.optional(),
  jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Name of the setting with the shared secret. */
  secretFrom: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable')
    .optional(),
  cookieName: z.string().min(1).optional(),
  claims: claimNames.default({}),
  organizationRoles: z
    .strictObject({ owner: texts.optional(), admin: texts.optional(), member: texts.optional() })
    .optional(),
  roles: z.record(z.string(), z.enum(['root', 'admin', 'developer', 'vendor', 'user'])).optional(),
})

const issuersFile = z.strictObject({ issuers: z.array(issuerEntry).min(1).max(20) })

/** Issuers of a file, or of the settings `AUTH_…`. Adds a problem for each entry that cannot be used. */
export function readIssuers(
  values: {
    readonly AUTH_ISSUERS?: string | undefined
    readonly AUTH_ISSUER?: string | undefined
    readonly AUTH_AUDIENCE?: string | undefined
    readonly AUTH_JWKS_URL?: URL | undefined
  },
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): readonly Issuer[] {
  const single = values.AUTH_JWKS_URL
    ? [
        issuerOf(
          {
            preset: 'stackgate',
            issuer: values.AUTH_ISSUER,
            claims: {},
            ...(values.AUTH_AUDIENCE ? { audience: [values.AUTH_AUDIENCE] } : {}),
          },
          { kind: 'signed', url: values.AUTH_JWKS_URL, secret: null },
        ),
      ]
    : []
  if (!values.AUTH_ISSUERS) return single
  const problem = (text: string): undefined => void problems.push(`AUTH_ISSUERS: ${text}`)
  const parsed = issuersFile.safeParse(readFile(values.AUTH_ISSUERS, problem))
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) problem(`${path.join('.') || 'the file'}: ${message}`)
    return single
  }
  const issuers = parsed.data.issuers.flatMap((entry, index) => {
    const refused = selfWrittenProblems(entry.claims, ISSUER_PRESETS[entry.preset])
    for (const text of refused) problem(`issuers.${index}.${text}`)
    const keys = keysOf(entry, env)
    if (typeof keys === 'string') problem(`issuers.${index}: ${keys}`)
    return typeof keys === 'string' || refused.length > 0 ? [] : [issuerOf(entry, keys)]
  })
  const all = [...single, ...issuers]
  const twice = all.find(({ prefix }, index) => all.findIndex((one) => one.prefix === prefix) !== index)
  if (twice) problem('each issuer except one needs a prefix of its own, which distinguishes the users of two issuers')
  const unnamed = all.filter(({ issuer, keys }) => issuer === null && keys.kind !== 'session')
  if (unnamed.length > 0 && all.length > 1)
    problem('with several issuers each needs `issuer`, the exact value of the claim iss')
  return all
}

function readFile(path: string, problem: (text: string) => undefined): unknown {
  try {
    const read = readYaml(readFileSync(path, 'utf8'), LIMITS)
    return read.kind === 'value' ? read.value : problem(read.message)
  } catch (error) {
    return problem((error as Error).message)
  }
}

type Entry = z.infer<typeof issuerEntry>

/** The keys of an issuer, or why there are none. */
function keysOf(
  { preset, issuer, jwksUrl, secretFrom, ...entry }: Entry,
  env: Readonly<Record<string, string | undefined>>,
): IssuerKeys | string {
  const defaults: IssuerDefaults = ISSUER_PRESETS[preset]
  const cookieName = entry.cookieName ?? defaults.cookieName
  const secret = secretFrom ? env[secretFrom] : null
  if (secretFrom && !secret) return `secretFrom: ${secretFrom} is not set`
  if (secret && secret.length < MIN_SECRET_LENGTH)
    return `secretFrom: ${secretFrom} must have at least ${MIN_SECRET_LENGTH} characters`
  if (cookieName) {
    if (!secret) return 'secretFrom is missing: the name of the setting with the secret of the application'
    if (jwksUrl) return 'jwksUrl: an encrypted session has no key set; leave jwksUrl out, or choose another preset'
    return { kind: 'session', secret, cookieName }
  }
  const url = jwksUrl ?? (issuer && defaults.jwksUrl?.(issuer))
  const isAddress = url !== undefined && URL.canParse(url)
  if (!isAddress && !secret) return 'jwksUrl is missing, the address of the key set, or secretFrom'
  return { kind: 'signed', url: isAddress ? new URL(url) : null, secret: secret ?? null }
}

function issuerOf(entry: Pick<Entry, 'preset' | 'claims'> & Partial<Entry>, keys: IssuerKeys): Issuer {
  const defaults: IssuerDefaults = ISSUER_PRESETS[entry.preset]
  return {
    prefix: entry.prefix ? `${entry.prefix}|` : '',
    issuer: entry.issuer ?? null,
    audience: entry.audience ?? defaults.audience ?? [],
    authorizedParties: entry.authorizedParties ?? [],
    authorizedParty: defaults.authorizedParty ?? ['azp'],
    keys,
    claims: { ...defaults.claims, ...entry.claims },
    organizationKind: defaults.organizationKind ?? 'TEAM',
    organizationRoles: { ...defaults.organizationRoles, ...entry.organizationRoles },
    requiredClaims: defaults.requiredClaims ?? [],
    expectedClaims: defaults.expectedClaims ?? {},
    kinds: defaults.kinds ?? [],
    hasSeveralOrganizations: defaults.hasSeveralOrganizations ?? false,
    pastTimes: defaults.pastTimes ?? [],
    clockToleranceSeconds: defaults.clockToleranceSeconds ?? DEFAULT_CLOCK_TOLERANCE_SECONDS,
    // A role of another product must not make an operator by its name.
    roles: entry.roles ?? (entry.preset === 'stackgate' ? undefined : {}),
  }
}

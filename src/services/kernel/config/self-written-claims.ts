import type { ClaimNames, IssuerDefaults } from './issuers.js'

/** Claims of OpenID Connect that products let their users edit. */
const PROFILE = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
]

/** Objects of attributes that users write, under the names that Supabase, Auth0 and Clerk give them, wherever they are in a token. */
const ATTRIBUTES = ['user_metadata', 'raw_user_meta_data', 'unsafe_metadata'].map(comparable)

/** Claims that decide on permissions. A user who could write them would choose their own. */
const DECIDING_CLAIMS = [
  'subject',
  'email',
  'emailVerified',
  'roles',
  'organization',
  'organizationRole',
  'customer',
  'impersonator',
] as const satisfies readonly (keyof ClaimNames)[]

/** Problems of configured claims that decide on permissions, but that users of the product write themselves. */
export function selfWrittenProblems(
  claims: { readonly [Name in keyof ClaimNames]?: readonly string[] | undefined },
  { selfWritten = [] }: IssuerDefaults,
): string[] {
  const written = [...PROFILE, ...selfWritten].map(comparable)
  const isSelfWritten = (name: string): boolean =>
    written.some((claim) => comparable(name) === claim || comparable(name).startsWith(`${claim}.`)) ||
    name.split(/[./:]/).some((part) => ATTRIBUTES.includes(comparable(part)))
  return DECIDING_CLAIMS.flatMap((field) =>
    (claims[field] ?? [])
      .filter(isSelfWritten)
      .map(
        (name) =>
          `claims.${field}: users write the claim ${name} themselves, and ${field} decides on permissions. Name a claim that only the identity product or your application writes`,
      ),
  )
}

/** The name of a claim without the spellings in which products and templates of tokens differ. */
function comparable(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase()
}

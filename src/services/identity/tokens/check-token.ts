import { decodeProtectedHeader } from 'jose'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { TokenClaims } from './token-claims.js'
import type { TokenVerifier } from './token-verifier.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

const REMEDY = 'docs/sign-in.md describes the claims of each identity product, and how AUTH_ISSUERS names them'

/** Explains a user token claim by claim, or why it is refused. The token itself is not repeated. */
export async function checkToken(verify: TokenVerifier | null, token: string): Promise<Finding[]> {
  if (!verify) return [problem('token', 'no issuer of user tokens is configured', 'set AUTH_JWKS_URL or AUTH_ISSUERS')]
  const form = formOf(token)
  try {
    return [form, ...claimFindings(await verify(token))]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [form, problem('token', error.message, REMEDY)]
  }
}

function formOf(token: string): Finding {
  try {
    const { alg, enc, kid } = decodeProtectedHeader(token)
    const how = enc === undefined ? `signed with ${alg}` : `encrypted with ${String(enc)}`
    return ok('token_form', `the token is ${how}${kid ? `, by the key ${kid}` : ', without the ID of a key'}`)
  } catch {
    return problem('token_form', 'the token is neither signed nor encrypted in the forms of JOSE', REMEDY)
  }
}

function claimFindings(claims: TokenClaims): Finding[] {
  const { organization, customerId, roles, impersonator } = claims
  return [
    ok('token_subject', `the user is ${claims.subject}, with the account person:${claims.subject}`),
    claims.email
      ? ok('token_email', `the address is ${claims.email}${claims.emailVerified ? '' : ', which is not verified'}`)
      : warning(
          'token_email',
          'the token has no email address',
          'the buyer states one at a checkout, or the application sets billingEmail with upsertAccount',
        ),
    ok('token_name', claims.name === null ? 'the token has no name' : `the name is ${claims.name}`),
    ok(
      'token_organization',
      organization
        ? `the current account is ${organization.kind.toLowerCase()}:${organization.externalId}, as ${organization.role}`
        : 'the token names no organization',
    ),
    ok('token_roles', roles.length > 0 ? `the roles are ${roles.join(', ')}` : 'the token has no role'),
    ok('token_customer', customerId === null ? 'the token names no customer' : `the user owns customer:${customerId}`),
    ...(impersonator
      ? [ok('token_impersonator', `${impersonator} acts in the name of the user, which the audit log records`)]
      : []),
    ok('token_expiry', `the token is valid until ${claims.expiresAt.toISOString()}`),
  ]
}

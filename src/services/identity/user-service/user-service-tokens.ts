import { AppError } from '#services/kernel/errors/app-error.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { TokenClaims } from '../tokens/token-claims.js'
import type { TokenVerifier } from '../tokens/token-verifier.js'
import type { UserService } from './user-service.js'

/** A socket that was opened with an opaque token is looked at again after this time. */
const BELIEVED_MS = 3_600_000

/** Checks opaque tokens by asking whose they are. */
export const userServiceVerifier =
  (service: UserService, timers: Timers): TokenVerifier =>
  async (token) => {
    const profile = await service.profile(token)
    if (!profile) throw new AppError('INVALID_TOKEN', 'The token is not valid.')
    return {
      subject: profile.subject,
      email: profile.email,
      name: profile.name,
      emailVerified: profile.emailVerified,
      roles: profile.roles,
      organization: null,
      customerId: null,
      expiresAt: new Date(timers.now() + BELIEVED_MS),
      profile,
    } satisfies TokenClaims
  }

/** Signed tokens are checked here; what was not signed for us may still be known to the User Service. */
export function firstAcceptingVerifier(signed: TokenVerifier | null, integration: TokenVerifier): TokenVerifier {
  if (!signed) return integration
  return async (token) => {
    if (token.split('.').length !== 3) return integration(token)
    try {
      return await signed(token)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'INVALID_TOKEN') throw error
      return integration(token)
    }
  }
}

export {
  createEntitlementsVerifier,
  EntitlementsTokenError,
  type EntitlementsVerifier,
  type EntitlementsVerifierOptions,
  type VerifiedEntitlements,
} from './verifier.js'

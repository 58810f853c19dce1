import type { SecretBox } from '../../kernel/secrets/secret-box.js'

const PURPOSE = 'agent-hook'
/** As much of the token's hash as ties a hook to that token. */
const TIE_LENGTH = 16

/** The agent that a webhook address belongs to. */
export interface HookOwner {
  readonly agentId: string
  /** Beginning of the hash of the token that the address was made with: it ends when the token does. */
  readonly tie: string
}

/**
 * The secret part of an agent's webhook addresses. Metrics and alerts carry neither bearer nor signature, so the address itself is the
 * credential: sealed by us, it needs no table, and a rotated token takes it along.
 */
export const sealHook = (secrets: SecretBox, agentId: string, tokenHash: string): string =>
  secrets.seal(JSON.stringify([agentId, tokenHash.slice(0, TIE_LENGTH)]), PURPOSE)

/** Whose address it is; null when we never made it. */
export function openHook(secrets: SecretBox, secret: string): HookOwner | null {
  try {
    const [agentId, tie] = JSON.parse(secrets.open(secret, PURPOSE)) as [string, string]
    return { agentId, tie }
  } catch {
    return null
  }
}

export const tieOf = (tokenHash: string): string => tokenHash.slice(0, TIE_LENGTH)

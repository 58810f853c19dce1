import { hmacBase64, secretsEqual, type SecretBox } from '#services/kernel/secrets/secret-box.js'
import type { AgentKeys } from '../agents/agent-keys.js'

const PURPOSE = 'agent-hook'
/** As much of the token's hash as ties an address of the first kind to that token. */
const TIE_LENGTH = 16

/** Claim of a hook URL, before it is verified. */
export interface HookClaim {
  readonly agentId: string
  /** True if the address was made with this token of the agent: it ends when the token does. */
  isMadeWith(token: Pick<AgentKeys, 'key' | 'tokenHash'>): boolean
}

/**
 * The secret part of an agent's webhook addresses. Metrics and alerts carry neither bearer nor signature, so the address itself is the
 * credential: signed with the agent's token, so that it needs no table, ends with the token, and outlives a change of our keys.
 */
export const hookSecret = (agentId: string, token: string): string => `${agentId}.${signature(agentId, token)}`

const signature = (agentId: string, token: string): string =>
  Buffer.from(hmacBase64(token, `${PURPOSE}:${agentId}`), 'base64').toString('base64url')

/**
 * Claim of a hook URL. Null if it is malformed. URLs of the first format were sealed with our key and are still in use.
 */
export function readHook(secrets: SecretBox, secret: string): HookClaim | null {
  const [, agentId, signed] = /^(agt_\w+)\.([\w-]{43})$/.exec(secret) ?? []
  if (agentId && signed) return { agentId, isMadeWith: ({ key }) => secretsEqual(signed, signature(agentId, key)) }
  try {
    const [owner, tie] = JSON.parse(secrets.open(secret, PURPOSE)) as [string, string]
    return { agentId: owner, isMadeWith: ({ tokenHash }) => secretsEqual(tie, tokenHash.slice(0, TIE_LENGTH)) }
  } catch {
    return null
  }
}

import type { Actor, ActorKind } from '#schema/identity/actor.type.js'
import { prefixOf, type IdPrefix } from '#services/kernel/ids/ids.js'

const KINDS: Partial<Record<IdPrefix, ActorKind>> = { usr: 'USER', key: 'API_KEY', agt: 'AGENT' }
const NAMED: Readonly<Record<string, ActorKind>> = { 'an agent': 'AGENT', anonymous: 'ANONYMOUS' }

/** The actor that the database stores as an ID, or as the name of a system. */
export function toActor(principal: string): Actor {
  const prefix = prefixOf(principal)
  return { principal, kind: (prefix ? KINDS[prefix] : NAMED[principal]) ?? 'SYSTEM' }
}

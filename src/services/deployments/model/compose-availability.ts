import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'

/** Why a compose agent is not used. */
export type ComposeFallbackReason = 'MISSING_REGISTRATION' | 'UNHEALTHY_HEARTBEAT' | 'TOKEN_FETCH_FAILURE'

/** Seconds of silence after which a compose agent is not called any more: it gives a sign every 30, and two may be lost. */
export const COMPOSE_SILENT_AFTER_SECONDS = 90

/** Pure: null if the compose agent can be used, otherwise the reason. */
export function composeFallbackReason(agent: ComposeAgentRow | null, now: number): ComposeFallbackReason | null {
  if (!agent) return 'MISSING_REGISTRATION'
  const silentFor = (now - agent.lastHeartbeatAt.getTime()) / 1000
  if (!agent.healthy || silentFor > COMPOSE_SILENT_AFTER_SECONDS) return 'UNHEALTHY_HEARTBEAT'
  return agent.tokenFailedAt ? 'TOKEN_FETCH_FAILURE' : null
}

import type { DeploymentWithAgent } from './deployments.js'
import type { TestServer } from './test-server.js'

export interface Capabilities {
  readonly presence: string
  readonly lastHeartbeatAt: string | null
  readonly agent: {
    id: string
    softwareVersion: string
    presence: string
    systemInfo: object
    declaredCapabilities: string[]
  } | null
  readonly commands: {
    type: string
    label: string
    icon: string
    scope: string
    requires: string
    supported: boolean
  }[]
  readonly features: Record<string, boolean>
  readonly composeAgent: boolean
  readonly fallbackReason: string | null
}

export const CAPABILITIES = `query ($hash: ID!) { deployment(id: $hash) { capabilities {
  presence lastHeartbeatAt agent { id softwareVersion presence systemInfo declaredCapabilities }
  commands { type label icon scope requires supported } features composeAgent fallbackReason
} } }`

export const readCapabilities = async (server: TestServer, deployment: { owner: string; hash: string }) =>
  (
    await server.graphql<{ deployment: { capabilities: Capabilities } }>(
      CAPABILITIES,
      { hash: deployment.hash },
      deployment.owner,
    )
  ).data.deployment.capabilities

export const silentFor = (server: TestServer, served: DeploymentWithAgent, seconds: number) =>
  server.query(`update agent set last_heartbeat_at = now() - make_interval(secs => $2) where deployment_id = $1`, [
    served.id,
    seconds,
  ])

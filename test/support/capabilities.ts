import type { DeploymentWithAgent } from './deployments.js'
import type { TestServer } from './test-server.js'

export interface Capabilities {
  readonly presence: string
  readonly lastHeartbeatAt: string | null
  readonly agent: { id: string; version: string; presence: string; systemInfo: object; capabilities: string[] } | null
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

export const CAPABILITIES = `query ($hash: String!) { deployment(by: { hash: $hash }) { capabilities {
  presence lastHeartbeatAt agent { id version presence systemInfo capabilities }
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

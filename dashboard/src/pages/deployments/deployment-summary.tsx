import './deployment.css'
import { Group, Text } from '@mantine/core'
import { ago } from '../../ui/ago.js'
import { CopyIcon } from '../../ui/copy-button.js'
import { date, momentInZones } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { deploymentWords } from '../../words/en/deployments.js'
import type { DeploymentOfPage } from './server-panels.js'
import { DeploymentStatusBadge, Presence } from './status.js'

/** The state of a deployment and of its agent, in one line. */
export function DeploymentSummary({ deployment }: { readonly deployment: DeploymentOfPage }) {
  const { template, hash, status, startedAt, agent } = deployment
  return (
    <Group className="facts" gap={0} mt={-8}>
      {/* A dot follows each fact, and must not be inside a badge. */}
      <span>
        <DeploymentStatusBadge status={status} />
      </span>
      <span>
        <Presence presence={agent?.presence} />
      </span>
      {template && (
        <LinkAnchor to="/market/$slug" params={{ slug: template.slug }} size="sm" underline="always">
          {deploymentWords.from(template.name)}
        </LinkAnchor>
      )}
      <Text size="sm" c="dimmed">
        {deploymentWords.since} <time dateTime={startedAt}>{date(startedAt)}</time>
      </Text>
      {agent?.softwareVersion && (
        <Text size="sm" c="dimmed">
          {deploymentWords.agentVersion(agent.softwareVersion)}
        </Text>
      )}
      {agent?.lastHeartbeatAt && agent.presence !== 'OFFLINE' && (
        <Text size="sm" c="dimmed">
          <time dateTime={agent.lastHeartbeatAt} title={momentInZones(agent.lastHeartbeatAt)}>
            {deploymentWords.presenceSince(ago(agent.lastHeartbeatAt))}
          </time>
        </Text>
      )}
      <span className="mono" title={hash}>
        …{hash.slice(-6)} <CopyIcon name={deploymentWords.hash} text={hash} />
      </span>
    </Group>
  )
}

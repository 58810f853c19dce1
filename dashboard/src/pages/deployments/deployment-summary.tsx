import { Button, CopyButton, Group, Text } from '@mantine/core'
import { date, moment } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { deploymentWords } from '../../words/en/deployments.js'
import type { DeploymentOfPage } from './server-panels.js'
import { DeploymentStatusBadge } from './status.js'

/** The state of a deployment and of its agent. */
export function DeploymentSummary({ deployment }: { readonly deployment: DeploymentOfPage }) {
  const { template, hash, status, startedAt, agent } = deployment
  return (
    <Group gap="sm" mt={-8}>
      <DeploymentStatusBadge status={status} />
      {template && (
        <LinkAnchor to="/market/$slug" params={{ slug: template.slug }} size="sm" underline="always">
          {template.name}
        </LinkAnchor>
      )}
      <Text size="sm" c="dimmed">
        <time dateTime={startedAt}>{date(startedAt)}</time>
      </Text>
      {agent?.lastHeartbeatAt && (
        <Text size="sm" c="dimmed">
          {deploymentWords.presenceSince(moment(agent.lastHeartbeatAt))}
        </Text>
      )}
      {agent?.softwareVersion && (
        <Text size="sm" c="dimmed">
          {deploymentWords.agentVersion(agent.softwareVersion)}
        </Text>
      )}
      <CopyButton value={hash}>
        {({ copied, copy }) => (
          <Button size="compact-sm" variant="default" onClick={copy} title={deploymentWords.hash}>
            <code>…{hash.slice(-6)}</code>&nbsp;{copied ? deploymentWords.copied : deploymentWords.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}

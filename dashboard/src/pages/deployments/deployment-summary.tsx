import { Button, CopyButton, Group, Text } from '@mantine/core'
import { date } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { DeploymentActs } from './deployment-acts.js'
import type { DeploymentOfPage } from './server-panels.js'
import { DeploymentStatusBadge } from './status.js'

interface SummaryProps {
  readonly account: string
  readonly deployment: DeploymentOfPage
}

/** The state of a deployment, and what can be done to it as a whole. */
export function DeploymentSummary({ account, deployment }: SummaryProps) {
  const { template, hash, status, startedAt, agent } = deployment
  return (
    <Group justify="space-between" mt={-16}>
      <Group gap="sm">
        <DeploymentStatusBadge status={status} />
        {template && (
          <LinkAnchor to="/market/$slug" params={{ slug: template.slug }} size="sm" underline="always">
            {template.name}
          </LinkAnchor>
        )}
        <Text size="sm" c="dimmed">
          <time dateTime={startedAt}>{date(startedAt)}</time>
        </Text>
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
      {status !== 'STOPPED' && <DeploymentActs account={account} deployment={deployment} />}
    </Group>
  )
}

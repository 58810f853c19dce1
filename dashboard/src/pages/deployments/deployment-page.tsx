import { Alert, Skeleton, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useDeployment } from '@stackgate/react/hooks'
import { date } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { useAccount } from '../account/account-pages.js'
import { DeploymentSummary } from './deployment-summary.js'
import type { DeploymentOfPage } from './server-panels.js'
import { useDeploymentStreams } from './use-deployment-streams.js'
import { lazyPart } from '../../session/load-part.js'

const DeploymentWithAgent = lazyPart(() => import('./deployment-with-agent.js'), 'DeploymentWithAgent')

/** Loaded for a deployment without an agent. */
const EnrollAgent = lazyPart(() => import('./enroll-agent.js'), 'EnrollAgent')

/** Loaded where it is the only act. With an agent it is a tab. */
const DeploymentSettings = lazyPart(() => import('./deployment-settings.js'), 'DeploymentSettings')

/** A deployment: its agent, its commands and its server, live. */
export function DeploymentPage() {
  const account = useAccount()
  const { hash = '' } = useParams({ strict: false })
  const query = useDeployment(hash, account)
  const { data: found } = query
  useDeploymentStreams(account, hash, !!found)
  const name = found?.name ?? deploymentWords.unnamed(hash.slice(-6))
  return (
    <Stack>
      <PageHeading>{found ? name : deploymentWords.title}</PageHeading>
      {found === null ? (
        <Text>{words.panel.missing}</Text>
      ) : (
        <PanelContent query={query} height={400}>
          {(deployment) => <Content key={hash} account={account} deployment={deployment} />}
        </PanelContent>
      )}
    </Stack>
  )
}

interface ContentProps {
  readonly account: string
  readonly deployment: DeploymentOfPage
}

function Content({ account, deployment }: ContentProps) {
  const { hash, agent, status, stoppedAt } = deployment
  return (
    <>
      <DeploymentSummary deployment={deployment} />
      {stoppedAt && <Alert color="gray">{deploymentWords.stopped(date(stoppedAt))}</Alert>}
      {!agent && status !== 'STOPPED' ? (
        <Suspense fallback={null}>
          <EnrollAgent account={account} hash={hash} />
          <DeploymentSettings account={account} deployment={deployment} />
        </Suspense>
      ) : (
        <Suspense fallback={<Skeleton height={240} role="progressbar" aria-label={words.panel.loading} />}>
          <DeploymentWithAgent account={account} deployment={deployment} />
        </Suspense>
      )}
    </>
  )
}

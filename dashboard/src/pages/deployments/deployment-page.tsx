import { Alert, Button, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import {
  AgentPresence,
  Deployment,
  DeploymentEvents,
  EnqueueCommand,
  StopDeployment,
  type DeploymentData,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useFollow } from '../../session/use-follow.js'
import { useOperation } from '../../session/use-operation.js'
import { DenialCard } from '../../ui/denial-card.js'
import { Dialog } from '../../ui/dialog.js'
import { date, moment } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent, Section } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { CommandDetails } from './command-details.js'
import { CommandList } from './command-list.js'
import { CommandToolbar } from './command-toolbar.js'
import { FORMS } from './commands.js'
import { EnrollAgent } from './enroll-agent.js'
import { LogViewer } from './log-viewer.js'
import {
  AlarmsPanel,
  ConfigurationPanel,
  ContainersPanel,
  ServerPanel,
  type DeploymentOfPage,
} from './server-panels.js'
import { DeploymentStatusBadge, Presence } from './status.js'
import { useCommands } from './use-commands.js'
import { useLog } from './use-log.js'

const GATHER_MS = 300

/** A deployment: its agent, its commands and its server, live. */
export function DeploymentPage() {
  const account = useAccount()
  const { hash = '' } = useParams({ strict: false })
  const query = useOperation(Deployment, { by: { hash } })
  const found = query.data?.deployment
  useDeploymentStreams(account, hash, found !== undefined && found !== null)
  const name = found?.name ?? found?.template?.name ?? words.deployments.unnamed(hash.slice(-6))
  return (
    <Stack>
      <LinkAnchor to="/a/$account/deployments" params={{ account }} size="sm">
        {words.deployments.back}
      </LinkAnchor>
      <PageHeading
        side={
          <Group gap="xs">
            {found && <Presence presence={found.agent?.presence} />}
            <LiveBadge />
          </Group>
        }
      >
        {found ? name : words.deployments.title}
      </PageHeading>
      <PanelContent query={query} height={400}>
        {({ deployment }) =>
          deployment ? (
            <Content key={hash} account={account} deployment={deployment} />
          ) : (
            <Text>{words.panel.missing}</Text>
          )
        }
      </PanelContent>
    </Stack>
  )
}

/** Presence changes the page at once; other events of the deployment are read again. */
function useDeploymentStreams(account: string, hash: string, isFound: boolean): void {
  const queries = useQueryClient()
  const key = ['Deployment', { by: { hash } }]
  const readAgain = useDebouncedCallback(() => {
    void queries.invalidateQueries({ queryKey: key })
    void queries.invalidateQueries({ queryKey: ['ServerLoad', { by: { hash } }] })
  }, GATHER_MS)
  useFollow(
    DeploymentEvents,
    { account, types: ['agent.*', 'deployment.*', 'server.load'] },
    {
      after: isFound ? null : undefined,
      onItem: (item) => {
        if (item.__typename === 'DeploymentEvent' && item.deployment.hash === hash) readAgain()
      },
      onMissed: async () => {
        await queries.invalidateQueries({ queryKey: key })
        return null
      },
    },
  )
  useFollow(
    AgentPresence,
    { deploymentHash: hash },
    {
      after: isFound ? null : undefined,
      onItem: (item) => {
        if (item.__typename !== 'PresenceChange') return
        const { presence, lastHeartbeatAt } = item
        queries.setQueryData<DeploymentData>(key, (data) => {
          const agent = data?.deployment?.agent
          if (!data?.deployment || !agent) return data
          return { ...data, deployment: { ...data.deployment, agent: { ...agent, presence, lastHeartbeatAt } } }
        })
      },
    },
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
      <Summary account={account} deployment={deployment} />
      {stoppedAt && <Alert color="gray">{words.deployments.stopped(date(stoppedAt))}</Alert>}
      {!agent && status !== 'STOPPED' ? (
        <EnrollAgent account={account} hash={hash} />
      ) : (
        <WithAgent account={account} deployment={deployment} />
      )}
    </>
  )
}

function Summary({ account, deployment }: ContentProps) {
  const { template, hash, status, startedAt, agent } = deployment
  const { deployments } = words
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
        {agent?.version && (
          <Text size="sm" c="dimmed">
            {deployments.agentVersion(agent.version)}
          </Text>
        )}
        <CopyButton value={hash}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy} title={deployments.hash}>
              <code>…{hash.slice(-6)}</code>&nbsp;{copied ? deployments.copied : deployments.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
      {status !== 'STOPPED' && <StopButton account={account} deployment={deployment} />}
    </Group>
  )
}

function StopButton({ account, deployment }: ContentProps) {
  const { deployments } = words
  const [isAsking, setAsking] = useState(false)
  const queries = useQueryClient()
  const stop = useAction(StopDeployment, () => {
    setAsking(false)
    void queries.invalidateQueries({ queryKey: ['Deployment'] })
  })
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {deployments.stop}
      </Button>
      {isAsking && (
        <Dialog onClose={() => setAsking(false)} title={deployments.stopTitle}>
          <Stack>
            <Text>{deployments.stopText}</Text>
            {stop.denial && <DenialCard key={stop.denial.message} denial={stop.denial} account={account} />}
            {stop.error && <Text c="red">{stop.error.message}</Text>}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
                {deployments.keep}
              </Button>
              <Button
                color="red"
                loading={stop.isPending}
                onClick={() => stop.run({ deploymentHash: deployment.hash })}
              >
                {deployments.stop}
              </Button>
            </Group>
          </Stack>
        </Dialog>
      )}
    </>
  )
}

/** Buttons, commands, log and server of a deployment with an agent. The application and the open command are in the address. */
function WithAgent({ account, deployment }: ContentProps) {
  const { hash, agent, apps, status } = deployment
  const navigate = useNavigate()
  const search: { readonly app?: unknown; readonly command?: unknown } = useSearch({ strict: false })
  const app = apps.find(({ code }) => code === search.app)?.code ?? apps[0]?.code ?? ''
  const change = (changes: object) =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...changes })) as never, resetScroll: false })
  const commands = useCommands(hash)
  const log = useLog(account, hash, app, commands.commands)
  const enqueue = useAction(EnqueueCommand, (result) => {
    if (result.__typename !== 'Command') return
    commands.upsert(result)
    if (FORMS[result.type]?.opensDetails) change({ command: result.id })
  })
  const send = (type: string, appCode: string, line = '') => {
    const form = FORMS[type]
    if (form) enqueue.run({ deploymentHash: hash, command: form.input(appCode, line) })
  }
  const isActive = status !== 'STOPPED'
  const sendToServer = isActive ? (type: string) => send(type, app) : null
  return (
    <>
      {isActive && (
        <Section>
          {agent?.presence === 'OFFLINE' && (
            <Text size="sm" role="status">
              {agent.lastHeartbeatAt
                ? words.deployments.offlineSince(moment(agent.lastHeartbeatAt))
                : words.deployments.offlineHint}
            </Text>
          )}
          <CommandToolbar
            deployment={deployment}
            app={app}
            onApp={(code) => change({ app: code })}
            isBusy={enqueue.isPending}
            onSend={send}
            onLog={log.read}
          />
          {enqueue.denial && <DenialCard key={enqueue.denial.message} denial={enqueue.denial} account={account} />}
          {enqueue.error && (
            <Text c="red" size="sm" role="alert">
              {enqueue.error.message}
            </Text>
          )}
        </Section>
      )}
      <div className="columns">
        <Stack>
          <CommandList commands={commands} />
          {isActive && (
            <LogViewer
              account={account}
              app={app}
              log={log}
              isSupported={deployment.capabilities.commands.some(({ type, supported }) => type === 'logs' && supported)}
            />
          )}
        </Stack>
        <Stack>
          <ContainersPanel deployment={deployment} onSend={sendToServer} />
          <ServerPanel deployment={deployment} onSend={sendToServer} />
          <AlarmsPanel deployment={deployment} />
          <ConfigurationPanel deployment={deployment} onSend={sendToServer} />
        </Stack>
      </div>
      {typeof search.command === 'string' && (
        <CommandDetails
          account={account}
          id={search.command}
          onClose={() => change({ command: undefined })}
          onRepeat={(type, appCode) => {
            change({ command: undefined })
            send(type, appCode)
          }}
          onLog={(appCode) => {
            change({ app: appCode, command: undefined })
            if (appCode === app) log.read()
          }}
        />
      )}
    </>
  )
}

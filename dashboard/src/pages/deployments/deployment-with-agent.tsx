import { Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { EnqueueCommand } from '@stackgate/client/documents'
import { useLogs } from '@stackgate/react/logs'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { moment } from '../../ui/format.js'
import { Section } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { CommandDetails } from './command-details.js'
import { CommandList } from './command-list.js'
import { CommandToolbar } from './command-toolbar.js'
import { FORMS, LOG_LINES } from './commands.js'
import { LogViewer } from './log-viewer.js'
import {
  AlarmsPanel,
  ConfigurationPanel,
  ContainersPanel,
  ServerPanel,
  type DeploymentOfPage,
} from './server-panels.js'
import { useCommands } from './use-commands.js'

interface WithAgentProps {
  readonly account: string
  readonly deployment: DeploymentOfPage
}

/** Buttons, commands, log and server of a deployment with an agent. The application and the open command are in the address. */
export function DeploymentWithAgent({ account, deployment }: WithAgentProps) {
  const { hash, agent, apps, status } = deployment
  const navigate = useNavigate()
  const search: { readonly app?: unknown; readonly command?: unknown } = useSearch({ strict: false })
  const app = apps.find(({ code }) => code === search.app)?.code ?? apps[0]?.code ?? ''
  const change = (changes: object) =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...changes })) as never, resetScroll: false })
  const commands = useCommands(hash)
  const log = useLogs(hash, app, { accountId: account, follow: false, limit: LOG_LINES })
  const readLog = () => void log.refetch()
  const enqueue = useAction(EnqueueCommand, (result) => {
    commands.upsert(result)
    const sent = FORMS[result.type]
    if (!sent || sent.opensDetails) change({ command: result.id })
  })
  const send = (type: string, appCode: string, line = '') => {
    const form = FORMS[type]
    if (form) enqueue.run({ deploymentId: hash, command: form.input(appCode, line) })
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
                ? deploymentWords.offlineSince(moment(agent.lastHeartbeatAt))
                : deploymentWords.offlineHint}
            </Text>
          )}
          <CommandToolbar
            deployment={deployment}
            app={app}
            onApp={(code) => change({ app: code })}
            isBusy={enqueue.isPending}
            onSend={send}
            onSendParameters={(type, parameters) =>
              enqueue.run({ deploymentId: hash, command: { other: { type, parameters } } })
            }
            onLog={readLog}
          />
          <OutcomeText outcome={enqueue} account={account} />
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
            if (appCode === app) readLog()
          }}
        />
      )}
    </>
  )
}

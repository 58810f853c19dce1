import { Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { EnqueueCommand } from '@stackgate/client/documents'
import { useLogs } from '@stackgate/react/logs'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { moment } from '../../ui/format.js'
import { Section } from '../../ui/panel.js'
import { Tabs } from '../../ui/tabs.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { CommandDetails } from './command-details.js'
import { CommandList } from './command-list.js'
import { CommandToolbar } from './command-toolbar.js'
import { FORMS, LOG_LINES } from './commands.js'
import { DeploymentSettings } from './deployment-settings.js'
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

type Tab = keyof typeof deploymentWords.tabs

const TABS = Object.keys(deploymentWords.tabs) as readonly Tab[]
/** Commands on the overview. */
const LATEST = 5

/** Buttons, commands, log and server of a deployment with an agent. The tab, the application and the open command are in the address. */
export function DeploymentWithAgent({ account, deployment }: WithAgentProps) {
  const { hash, agent, apps, status, capabilities } = deployment
  const navigate = useNavigate()
  const search: { readonly app?: unknown; readonly command?: unknown; readonly tab?: unknown } = useSearch({
    strict: false,
  })
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
  const hasLog = isActive && capabilities.commands.some(({ type, supported }) => type === 'logs' && supported)
  const tabs = TABS.filter((each) => (each === 'logs' ? hasLog : each === 'settings' ? isActive : true))
  const tab = tabs.find((each) => each === search.tab) ?? 'overview'
  const openTab = (next: Tab) => {
    change({ tab: next === 'overview' ? undefined : next })
    if (next === 'logs' && !log.data && !log.isReading) readLog()
  }
  return (
    <>
      {isActive && (
        <Stack gap="xs">
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
          />
          <OutcomeText outcome={enqueue} account={account} />
        </Stack>
      )}
      <Tabs
        label={deploymentWords.parts}
        tabs={tabs.map((value) => ({ value, label: deploymentWords.tabs[value] }))}
        value={tab}
        onChange={openTab}
      />
      {tab === 'overview' && (
        <>
          <ContainersPanel deployment={deployment} onSend={sendToServer} />
          <div className="columns">
            <ServerPanel deployment={deployment} onSend={sendToServer} />
            <Stack>
              <CommandList commands={commands} limit={LATEST} onAll={() => openTab('commands')} />
              <AlarmsPanel deployment={deployment} />
            </Stack>
          </div>
        </>
      )}
      {tab === 'logs' && <LogViewer key={app} account={account} app={app} log={log} />}
      {tab === 'commands' && <CommandList commands={commands} />}
      {tab === 'configuration' && <ConfigurationPanel deployment={deployment} onSend={sendToServer} />}
      {tab === 'settings' && (
        <Section title={deploymentWords.tabs.settings}>
          <DeploymentSettings account={account} deployment={deployment} />
        </Section>
      )}
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
            change({ app: appCode, command: undefined, tab: 'logs' })
            if (appCode === app) readLog()
          }}
        />
      )}
    </>
  )
}

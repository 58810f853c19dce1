import IconMeter from 'icon:chart-bar'
import IconServer from 'icon:server-2'
import { Button, Group, List, Stack, Text } from '@mantine/core'
import { ServerLoad, type DeploymentData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { label, shortMoment } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { StateBadge } from '../../ui/state-badge.js'
import { PanelContent, Section } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { megabytes, Pairs, percentText, ResultTable } from './command-result.js'
import { LoadChart } from './load-chart.js'
import { ContainerState, containerState } from './status.js'

export type DeploymentOfPage = NonNullable<DeploymentData['deployment']>

interface PanelOfDeployment {
  readonly deployment: DeploymentOfPage
  /** Sends a command about the server. Null if it cannot. */
  readonly onSend: ((type: string) => void) | null
}

type Container = DeploymentOfPage['containers'][number]

const { result: RESULT } = deploymentWords
const CONTAINER_COLUMNS: readonly Column<Container>[] = [
  { name: RESULT.name, by: ({ name }) => name ?? '–' },
  {
    name: RESULT.state,
    isState: true,
    by: ({ status }) => status,
    cell: ({ status }) => <ContainerState state={status} />,
  },
  { name: RESULT.image, by: ({ image }) => image ?? '–' },
  {
    name: RESULT.processor,
    isNumber: true,
    by: ({ cpuPercent }) => cpuPercent,
    cell: ({ cpuPercent }) => percentText(cpuPercent),
  },
  {
    name: RESULT.memory,
    isNumber: true,
    by: ({ memoryUsedBytes }) => memoryUsedBytes,
    cell: (container) => <MemoryInUse {...container} />,
  },
]

/** Memory of a container, and the part of its limit as a bar. */
function MemoryInUse({ name, memoryUsedBytes: used, memoryLimitBytes: limit }: Container) {
  if (used === null) return '–'
  if (!limit) return megabytes(used)
  const text = deploymentWords.containers.memory(megabytes(used), megabytes(limit))
  return (
    <div>
      {text}
      <meter
        className="meter"
        min={0}
        max={limit}
        high={limit * 0.9}
        value={used}
        aria-label={`${name ?? ''} ${RESULT.memory}: ${text}`}
      />
    </div>
  )
}

/** Containers of the latest report. */
export function ContainersPanel({ deployment: { containers }, onSend }: PanelOfDeployment) {
  const { containers: text } = deploymentWords
  const refresh = <RefreshButton type="list_containers" of={text.title} onSend={onSend} />
  return (
    <Section title={text.title} actions={containers.length > 0 && refresh}>
      {containers.length === 0 ? (
        <Empty icon={IconServer} title={text.noneTitle} act={refresh}>
          {text.none}
        </Empty>
      ) : (
        <>
          <DataTable
            name={text.title}
            columns={CONTAINER_COLUMNS}
            pages={allRead(containers)}
            keyOf={({ containerId, name, status, image }) => [containerId, name, status, image].join()}
            empty=""
          />
          <Text size="xs" c="dimmed">
            {text.observed(shortMoment(containers[0]!.observedAt))}
          </Text>
        </>
      )}
    </Section>
  )
}

/** Address and load of the server, now and over the last day. */
export function ServerPanel({ deployment: { hash, server }, onSend }: PanelOfDeployment) {
  const { server: text, result } = deploymentWords
  const history = useOperation(ServerLoad, { id: hash })
  const { load } = server
  const refresh = <RefreshButton type="server_resources" of={text.title} onSend={onSend} />
  return (
    <Section title={text.title} actions={load && refresh}>
      {server.address && <Pairs pairs={[[text.address, <code key="address">{server.address}</code>]]} />}
      {load ? (
        <>
          <Meter name={result.processor} value={load.cpuUsagePercent} />
          <Meter name={result.memory} value={load.memoryUsedPercent} />
          <Meter name={result.disk} value={load.diskUsedPercent} />
          <Text size="xs" c="dimmed">
            {text.measured(shortMoment(load.receivedAt))}
          </Text>
        </>
      ) : (
        <Empty icon={IconMeter} title={text.noneTitle} act={refresh}>
          {text.none}
        </Empty>
      )}
      {load && (
        <PanelContent query={history} height={120}>
          {({ deployment }) => <LoadChart points={deployment?.server.loadHistory ?? []} />}
        </PanelContent>
      )}
    </Section>
  )
}

function Meter({ name, value }: { readonly name: string; readonly value: number | null }) {
  if (value === null) return null
  const text = percentText(value)
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm">{name}</Text>
        <Text size="sm">{text}</Text>
      </Group>
      <meter className="meter" min={0} max={100} high={90} value={value} aria-label={`${name}: ${text}`} />
    </div>
  )
}

/** Alarms of the server, the latest first. */
export function AlarmsPanel({ deployment: { alarms } }: Pick<PanelOfDeployment, 'deployment'>) {
  const { alarms: text } = deploymentWords
  return (
    <Section title={text.title}>
      {alarms.nodes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.none}
        </Text>
      ) : (
        <List size="sm" listStyleType="none" spacing="xs">
          {alarms.nodes.map(({ kind, severity, message, occurredAt, recovered }) => (
            <List.Item key={`${kind}${occurredAt}${recovered}`}>
              <Group gap="xs">
                <StateBadge color={recovered ? 'green' : 'red'}>
                  {recovered ? text.recovered : label(severity)}
                </StateBadge>
                <Text size="sm" c="dimmed" span>
                  <Moment at={occurredAt} />
                </Text>
              </Group>
              {message}
            </List.Item>
          ))}
        </List>
      )}
    </Section>
  )
}

/** Applications with their containers, and whether their configuration is the stored one. */
export function ConfigurationPanel({ deployment: { apps, configDrift, agent }, onSend }: PanelOfDeployment) {
  const { configuration: text, result } = deploymentWords
  const drift = configDrift === null ? text.unknown : configDrift ? text.drift : text.noDrift
  return (
    <Section title={text.title} actions={<SendButton type="config_diff" name={text.compare} onSend={onSend} />}>
      <Text size="sm">{drift}</Text>
      <ResultTable
        name={text.title}
        columns={[text.apps, text.container, result.state, text.health]}
        rows={apps.map(({ name, containerName, containerStatus, health }) => [
          name,
          containerName ?? '–',
          containerStatus ? containerState(containerStatus) : '–',
          health ? label(health) : '–',
        ])}
      />
      {agent && agent.declaredCapabilities.length > 0 && (
        <Stack gap={4}>
          <Text fw={500}>{text.capabilities}</Text>
          <Text size="sm">{agent.declaredCapabilities.join(', ')}</Text>
        </Stack>
      )}
    </Section>
  )
}

interface SendButtonProps {
  readonly type: string
  readonly name: string
  /** Name for screen readers, if it says more. */
  readonly label?: string
  readonly onSend: ((type: string) => void) | null
}

const SendButton = ({ type, name, label: wholeName, onSend }: SendButtonProps) =>
  onSend && (
    <Button size="xs" variant="default" aria-label={wholeName} onClick={() => onSend(type)}>
      {name}
    </Button>
  )

const RefreshButton = ({ of, ...props }: Pick<SendButtonProps, 'type' | 'onSend'> & { readonly of: string }) => (
  <SendButton {...props} name={deploymentWords.refresh} label={deploymentWords.refreshOf(of)} />
)

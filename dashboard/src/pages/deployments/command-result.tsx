import './deployment.css'
import './log.css'
import { List, Stack, Text } from '@mantine/core'
import { CommandResult as CommandResultDocument, type CommandData } from '@stackgate/client/documents'
import type { ReactNode } from 'react'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable } from '../../ui/data-table.js'
import { count, decimal, label, labelInSentence, percent } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { Lines } from './log-viewer.js'

type Report = NonNullable<NonNullable<CommandData['command']>['typedResult']>
type ReportOf<Name extends Report['__typename']> = Extract<Report, { readonly __typename: Name }>

const MEGABYTE = 1024 * 1024
export const percentText = (value: number | null) => (value === null ? '–' : percent(value / 100))
export const megabytes = (bytes: number | null) =>
  bytes === null ? '–' : deploymentWords.result.megabytes(count(Math.round(bytes / MEGABYTE)))

/** Result of a command in the view of its type; of other types as JSON. */
export function CommandResult({ id, report }: { readonly id: string; readonly report: Report }) {
  switch (report.__typename) {
    case 'HealthResult':
      return <Health report={report} />
    case 'LogsResult':
      return <Logs report={report} />
    case 'ListContainersResult':
      return <Containers report={report} />
    case 'ServerResourcesResult':
      return <Resources report={report} />
    case 'ConfigDiffResult':
      return <Differences report={report} />
    case 'ErrorSummaryResult':
      return <Errors report={report} />
    case 'ExecResult':
      return <Output report={report} />
    case 'AppActionResult':
      return <Text size="sm">{deploymentWords.result.done(labelInSentence(report.containerStatus))}</Text>
    default:
      return <Json id={id} />
  }
}

function Health({ report }: { readonly report: ReportOf<'HealthResult'> }) {
  const { result } = deploymentWords
  const several = report.containerHealth.map((each) => [
    each.containerName ?? '–',
    label(each.healthStatus),
    label(each.containerStatus),
    percentText(each.metrics?.cpuPercent ?? null),
    each.metrics?.memMb == null ? '–' : result.megabytes(decimal(each.metrics.memMb)),
  ])
  if (several.length > 0)
    return (
      <ResultTable
        columns={[result.name, result.health, result.container, result.processor, result.memory]}
        rows={several}
      />
    )
  return (
    <Pairs
      pairs={[
        [result.health, label(report.healthStatus)],
        [result.container, label(report.containerStatus)],
        [result.processor, percentText(report.metrics?.cpuPercent ?? null)],
        [result.memory, report.metrics?.memMb == null ? '–' : result.megabytes(decimal(report.metrics.memMb))],
      ]}
    />
  )
}

function Logs({ report }: { readonly report: ReportOf<'LogsResult'> }) {
  const { result, log } = deploymentWords
  if (report.lines.length === 0) return <Text size="sm">{result.noLines}</Text>
  return (
    <>
      {report.truncated && <Text size="sm">{result.truncated}</Text>}
      <div className="log" role="region" tabIndex={0} aria-label={log.region(report.appCode ?? '')}>
        <Lines lines={report.lines} />
      </div>
    </>
  )
}

function Containers({ report }: { readonly report: ReportOf<'ListContainersResult'> }) {
  const { result } = deploymentWords
  return (
    <ResultTable
      columns={[result.name, result.state, result.processor, result.memory, result.restarts]}
      rows={report.containers.map((each) => [
        each.name ?? '–',
        each.agentStatus ?? '–',
        percentText(each.cpuPercent),
        megabytes(each.memUsageBytes),
        each.restartCount === null ? '–' : count(each.restartCount),
      ])}
    />
  )
}

function Resources({ report }: { readonly report: ReportOf<'ServerResourcesResult'> }) {
  const { result } = deploymentWords
  return (
    <Pairs
      pairs={[
        [result.processor, percentText(report.cpuUsagePercent)],
        [result.memory, percentText(report.memoryUsedPercent)],
        [result.disk, percentText(report.diskUsedPercent)],
      ]}
    />
  )
}

function Differences({ report }: { readonly report: ReportOf<'ConfigDiffResult'> }) {
  const { result } = deploymentWords
  return (
    <Stack gap="xs">
      <Text size="sm">{report.hasDrift ? result.drift : result.noDrift}</Text>
      {report.configs.length > 0 && (
        <ResultTable
          columns={[result.name, result.state, result.path]}
          rows={report.configs.map((each) => [
            each.appCode ?? '–',
            label(each.driftStatus),
            each.destinationPath ?? '–',
          ])}
        />
      )}
      {report.configs
        .filter(({ diff }) => diff !== null)
        .map(({ appCode, diff }) => (
          <Preformatted key={appCode} name={appCode ?? result.json}>
            {typeof diff === 'string' ? diff : JSON.stringify(diff, null, 2)}
          </Preformatted>
        ))}
    </Stack>
  )
}

function Errors({ report }: { readonly report: ReportOf<'ErrorSummaryResult'> }) {
  const { result } = deploymentWords
  const sum = [
    report.totalErrors === null ? null : result.errors(count(report.totalErrors)),
    report.totalWarnings === null ? null : result.errorWarnings(count(report.totalWarnings)),
    report.hoursAnalyzed === null ? null : result.hours(decimal(report.hoursAnalyzed)),
  ]
  return (
    <Stack gap="xs">
      <Text size="sm">{sum.filter(Boolean).join(' · ')}</Text>
      <List size="sm">
        {report.recommendations.map((recommendation) => (
          <List.Item key={recommendation}>{recommendation}</List.Item>
        ))}
      </List>
      {report.apps
        .filter(({ sampleErrors }) => sampleErrors.length > 0)
        .map(({ appCode, sampleErrors }) => (
          <Preformatted key={appCode} name={appCode ?? result.json}>
            {sampleErrors.join('\n')}
          </Preformatted>
        ))}
    </Stack>
  )
}

function Output({ report }: { readonly report: ReportOf<'ExecResult'> }) {
  const { result } = deploymentWords
  return (
    <Stack gap="xs">
      {report.exitCode !== null && <Text size="sm">{result.exit(String(report.exitCode))}</Text>}
      {report.stdout && <Preformatted name={result.stdout}>{report.stdout}</Preformatted>}
      {report.stderr && <Preformatted name={result.stderr}>{report.stderr}</Preformatted>}
    </Stack>
  )
}

/** Read only when it is shown: results can be large. */
function Json({ id }: { readonly id: string }) {
  const query = useOperation(CommandResultDocument, { id })
  return (
    <PanelContent query={query} height={80}>
      {({ command }) => (
        <Preformatted name={deploymentWords.result.json}>{JSON.stringify(command?.result, null, 2)}</Preformatted>
      )}
    </PanelContent>
  )
}

/** A reported text. It takes the focus, because it can be longer than its frame. */
export const Preformatted = ({ name, children }: { readonly name: string; readonly children: string }) => (
  <div>
    <Text fw={500}>{name}</Text>
    <pre className="code" role="region" tabIndex={0} aria-label={name}>
      {children}
    </pre>
  </div>
)

/** Names and values, in two columns. */
export const Pairs = ({ pairs }: { readonly pairs: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className="pairs">
    {pairs.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

interface ResultTableProps {
  /** Name of the table for readers. Default: the result. */
  readonly name?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const ResultTable = ({ name = deploymentWords.details.result, columns, rows }: ResultTableProps) => (
  <DataTable
    name={name}
    columns={columns.map((column, index) => ({ name: column, by: (cells: readonly string[]) => cells[index] }))}
    pages={allRead(rows)}
    empty=""
    keyOf={(cells) => cells.join()}
  />
)

import { Button, Group, Stack, Text } from '@mantine/core'
import { AccountJobs, ExportAccount, type AccountJobsData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { OutcomeText } from '../../ui/dialogs.js'
import { DownloadButton } from '../../ui/download-button.js'
import { count, date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { settingsWords } from '../../words/en/settings.js'

type Job = NonNullable<NonNullable<NonNullable<AccountJobsData['account']>['access']>['jobs']>['nodes'][number]

/** The progress of a job is not announced by events. */
const RUNNING_MS = 1_000

const exportsOf = (data: AccountJobsData | undefined): readonly Job[] =>
  data?.account?.access?.jobs.nodes.filter(({ kind }) => kind === 'EXPORT') ?? []
const isUnderWay = ({ status }: Job): boolean => status === 'RUNNING' || status === 'SCHEDULED'

/** One file with the data of the account: its progress, and the download. */
export function ExportPanel({ account }: { readonly account: string }) {
  const jobs = useOperation(
    AccountJobs,
    { account },
    { refetchInterval: (data) => (exportsOf(data).some(isUnderWay) ? RUNNING_MS : false) },
  )
  const start = useAction(ExportAccount, () => void jobs.refetch())
  const texts = settingsWords.export
  const exports = exportsOf(jobs.data)
  const running = exports.find(isUnderWay)
  return (
    <Panel title={texts.title} query={jobs} height={80}>
      {() => (
        <Stack gap="sm" align="flex-start">
          <Text>{texts.text}</Text>
          {running && <progress className="meter" aria-label={texts.title} max={100} value={running.progressPercent} />}
          {exports.map(({ id, finishedAt, downloadUrl }) =>
            finishedAt && downloadUrl ? (
              <Group key={id} gap="sm">
                <Text size="sm">{texts.ready(date(finishedAt))}</Text>
                <DownloadButton
                  url={downloadUrl}
                  fileName={texts.fileName(finishedAt.slice(0, 10))}
                  label={texts.download}
                />
              </Group>
            ) : null,
          )}
          <OutcomeText outcome={start} account={account} />
          {!running && (
            <Button variant="default" loading={start.isPending} onClick={() => start.run({ accountId: account })}>
              {texts.start}
            </Button>
          )}
          <div role="status">
            {running && (
              <Text>
                {running.status === 'SCHEDULED' ? texts.scheduled : texts.running(count(running.progressPercent))}
              </Text>
            )}
          </div>
        </Stack>
      )}
    </Panel>
  )
}

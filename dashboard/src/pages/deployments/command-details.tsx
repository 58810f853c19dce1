import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { CancelCommand, Command, type CommandData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { OutcomeText } from '../../ui/dialogs.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Dialog } from '../../ui/dialog.js'
import { PanelContent } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { CommandResult, Pairs, Preformatted } from './command-result.js'
import { FORMS, isTerminal } from './commands.js'
import { CommandStatusBadge } from './status.js'

type CommandOfPage = NonNullable<CommandData['command']>

interface CommandDetailsProps {
  readonly account: string
  readonly id: string
  readonly onClose: () => void
  /** Sends the command again. */
  readonly onRepeat: (type: string, app: string) => void
  readonly onLog: (app: string) => void
}

/** Times, parameters and result of a command. Its status is live. */
export function CommandDetails({ account, id, onClose, onRepeat, onLog }: CommandDetailsProps) {
  const { details } = deploymentWords
  const query = useOperation(Command, { id })
  const type = query.data?.command?.type
  return (
    <Dialog size="lg" onClose={onClose} title={details.title(type ?? '')}>
      <PanelContent query={query} height={240}>
        {({ command }) =>
          command ? (
            <Details command={command} account={account} onRepeat={onRepeat} onLog={onLog} />
          ) : (
            <Text>{details.missing}</Text>
          )
        }
      </PanelContent>
    </Dialog>
  )
}

type DetailsProps = Omit<CommandDetailsProps, 'id' | 'onClose'> & { readonly command: CommandOfPage }

function Details({ command, account, onRepeat, onLog }: DetailsProps) {
  const { details } = deploymentWords
  const { type, appCode, status, error, warnings, typedResult, parameters } = command
  return (
    <Stack gap="md">
      <Group gap="sm">
        <span role="status">
          <CommandStatusBadge status={status} />
        </span>
        {appCode && <Text size="sm">{appCode}</Text>}
      </Group>
      {error && status !== 'LOST' && (
        <Alert color="red" title={details.error}>
          {error.message}
        </Alert>
      )}
      {status === 'LOST' && (
        <Alert color="orange" title={details.lost}>
          <Stack gap="sm" align="flex-start">
            <Text size="sm">{details.lostHint}</Text>
            {appCode && (
              <Button size="xs" onClick={() => onLog(appCode)}>
                {details.lookAtLog}
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      {typedResult ? (
        <section aria-label={details.result}>
          <CommandResult id={command.id} report={typedResult} />
        </section>
      ) : (
        isTerminal(status) && !error && <Text size="sm">{details.noResult}</Text>
      )}
      {warnings.length > 0 && (
        <Alert color="orange" title={details.warnings}>
          {warnings.map(({ code, message }) => (
            <Text size="sm" key={code}>
              {message}
            </Text>
          ))}
        </Alert>
      )}
      <Pairs pairs={timesOf(command)} />
      {parameters !== null && (
        <Preformatted name={details.parameters}>{JSON.stringify(parameters, null, 2)}</Preformatted>
      )}
      <Group>
        {!isTerminal(status) && <CancelButton account={account} id={command.id} />}
        {isTerminal(status) && FORMS[type] && !FORMS[type].hasLine && (
          <Button variant="default" onClick={() => onRepeat(type, appCode ?? '')}>
            {details.again}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

function CancelButton({ account, id }: { readonly account: string; readonly id: string }) {
  const cancel = useAction(CancelCommand)
  return (
    <>
      <Button variant="default" loading={cancel.isPending} onClick={() => cancel.run({ id })}>
        {deploymentWords.details.cancel}
      </Button>
      <OutcomeText outcome={cancel} account={account} />
    </>
  )
}

function timesOf(command: CommandOfPage): [string, React.ReactNode][] {
  const { details } = deploymentWords
  const { createdAt, startedAt, finishedAt, leaseUntil, createdBy, attempt, status } = command
  const time = (at: string) => <Moment at={at} />
  const pairs: [string, React.ReactNode][] = [
    [details.queued, time(createdAt)],
    [details.by, createdBy?.name ?? details.service],
  ]
  if (startedAt) pairs.push([details.started, time(startedAt)])
  if (leaseUntil && !isTerminal(status)) pairs.push([details.lease, time(leaseUntil)])
  if (finishedAt) pairs.push([details.finished, time(finishedAt)])
  if (attempt > 0) pairs.push([details.attempt, count(attempt)])
  return pairs
}

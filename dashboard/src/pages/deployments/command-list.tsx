import './deployment.css'
import { Button, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { CommandFields } from '@stackgate/client/documents'
import { MachineClock, ShortMoment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { CommandStatusBadge } from './status.js'
import type { useCommands } from './use-commands.js'

interface CommandListProps {
  readonly commands: ReturnType<typeof useCommands>
  /** Number of the newest commands that are shown. Default: all that were read. */
  readonly limit?: number
  /** Opens the list of all commands. */
  readonly onAll?: () => void
}

/** Commands of a deployment, the newest first. Each opens its details, which have an address. */
export function CommandList({ commands, limit, onAll }: CommandListProps) {
  return (
    <Panel
      title={onAll ? deploymentWords.latestCommands : deploymentWords.commands}
      hint={<MachineClock />}
      query={commands.query}
      height={320}
      actions={
        onAll && (
          <Button size="xs" variant="default" onClick={onAll}>
            {deploymentWords.allCommands}
          </Button>
        )
      }
    >
      {() => (
        <div className={onAll && 'command-list'}>
          <VisuallyHidden role="status">{commands.announcement}</VisuallyHidden>
          {commands.commands.length === 0 && <Text size="sm">{deploymentWords.noCommands}</Text>}
          {commands.commands.length > 0 && (
            <ul className="rows">
              {commands.commands.slice(0, limit).map((command) => (
                <li key={command.id}>
                  <Row command={command} />
                </li>
              ))}
            </ul>
          )}
          {!onAll && commands.showOlder && (
            <Group>
              <Button size="xs" variant="default" onClick={commands.showOlder}>
                {deploymentWords.olderCommands}
              </Button>
            </Group>
          )}
        </div>
      )}
    </Panel>
  )
}

function Row({ command }: { readonly command: CommandFields }) {
  const navigate = useNavigate()
  const { id, type, appCode, status, createdAt, error } = command
  const open = () =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, command: id })) as never, resetScroll: false })
  return (
    <UnstyledButton className="row" aria-haspopup="dialog" onClick={open}>
      <span className="row-name">
        {deploymentWords.commandNames[type] ?? type} {appCode}
      </span>
      <CommandStatusBadge status={status} />
      <Text size="xs" c="dimmed" span className="row-line">
        <ShortMoment at={createdAt} />
      </Text>
      {(error ?? status === 'LOST') && (
        <Text size="sm" span className="row-line">
          {status === 'LOST' ? deploymentWords.lostHere : error?.message}
        </Text>
      )}
    </UnstyledButton>
  )
}

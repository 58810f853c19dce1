import { Button, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { CommandFields } from '@stackgate/client/documents'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { CommandStatusBadge } from './status.js'
import type { useCommands } from './use-commands.js'

/** Commands of a deployment, the newest first. Each opens its details, which have an address. */
export function CommandList({ commands }: { readonly commands: ReturnType<typeof useCommands> }) {
  return (
    <Panel title={deploymentWords.commands} query={commands.query} height={320}>
      {() => (
        <div className="command-list">
          <VisuallyHidden role="status">{commands.announcement}</VisuallyHidden>
          {commands.commands.length === 0 && <Text size="sm">{deploymentWords.noCommands}</Text>}
          {commands.commands.length > 0 && (
            <ul className="rows">
              {commands.commands.map((command) => (
                <li key={command.id}>
                  <Row command={command} />
                </li>
              ))}
            </ul>
          )}
          {commands.showOlder && (
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
        <code>{type}</code> {appCode}
      </span>
      <CommandStatusBadge status={status} />
      <Text size="sm" c="dimmed" span>
        <Moment at={createdAt} />
      </Text>
      {(error ?? status === 'LOST') && (
        <Text size="sm" span className="row-error">
          {status === 'LOST' ? deploymentWords.lostHere : error?.message}
        </Text>
      )}
    </UnstyledButton>
  )
}

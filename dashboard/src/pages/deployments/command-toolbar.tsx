import { Button, Group, Stack } from '@mantine/core'
import IconDownload from 'icon:download'
import IconPlayerPause from 'icon:player-pause'
import IconPlayerPlay from 'icon:player-play'
import IconPlayerStop from 'icon:player-stop'
import IconPoint from 'icon:point'
import IconRefresh from 'icon:refresh'
import IconReload from 'icon:reload'
import { Suspense, useRef, useState, type KeyboardEvent } from 'react'
import type { DeploymentData } from '@stackgate/client/documents'
import { ActMenu } from '../../ui/act-menu.js'
import { Select } from '../../ui/select.js'
import { Icon, type Drawing } from '../../ui/icon.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { ConfirmCommand } from './confirm-command.js'
import { FORMS } from './commands.js'
import { lazyPart } from '../../session/load-part.js'

/** The first press loads the code of forms that few commands need. */
const ParametersDialog = lazyPart(() => import('./parameters-dialog.js'), 'default')

type DeploymentOfPage = NonNullable<DeploymentData['deployment']>

interface ToolbarProps {
  readonly deployment: DeploymentOfPage
  readonly app: string
  readonly onApp: (app: string) => void
  readonly isBusy: boolean
  readonly onSend: (type: string, app: string, line?: string) => void
  /** Sends a command with parameters that a person entered. */
  readonly onSendParameters: (type: string, parameters: Record<string, unknown>) => void
}

/** A command as a button. */
export interface CommandButton {
  readonly type: string
  readonly label: string
  readonly icon: string
}

/** Commands that the agent supports as buttons. The log has a tab of its own. */
export function CommandToolbar({ deployment, app, onApp, isBusy, onSend, onSendParameters }: ToolbarProps) {
  const { apps, capabilities } = deployment
  const [confirming, setConfirming] = useState<CommandButton | null>(null)
  const toolbar = useRef<HTMLDivElement>(null)
  const buttons = capabilities.commands.filter(({ type, supported }) => supported && type !== 'logs').map(toButton)
  const further = capabilities.catalog
    .filter(({ type, supported }) => supported && type !== 'logs' && !buttons.some((button) => button.type === type))
    .map(({ type }) => ({ type, label: deploymentWords.commandNames[type] ?? type, icon: '' }))
  const press = (button: CommandButton) => {
    if (needsDialog(button.type)) setConfirming(button)
    else onSend(button.type, app)
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0
    const all = [...(toolbar.current?.querySelectorAll('button') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    if (step && at >= 0) all[(at + step + all.length) % all.length]!.focus()
  }

  return (
    <Stack gap="xs">
      <Group align="center" gap="sm" className="toolbar">
        <Select
          aria-label={deploymentWords.application}
          data={apps.map(({ code, name }) => ({ value: code, label: name }))}
          value={app}
          onChange={(value) => value && onApp(value)}
        />
        <Group gap="xs" ref={toolbar} role="toolbar" aria-label={deploymentWords.toolbar} onKeyDown={onKeyDown}>
          {buttons.map((button) => (
            <ToolbarButton key={button.type} button={button} isBusy={isBusy} onClick={() => press(button)} />
          ))}
          {further.length > 0 && (
            <ActMenu
              isSmall
              name={deploymentWords.more}
              groups={[
                {
                  acts: further.map((button) => ({
                    name: button.label,
                    [needsDialog(button.type) ? 'onOpen' : 'onChoose']: () => press(button),
                  })),
                },
              ]}
            />
          )}
        </Group>
      </Group>
      {confirming && !FORMS[confirming.type] && (
        <Suspense fallback={null}>
          <ParametersDialog
            type={confirming.type}
            label={confirming.label}
            app={app}
            onClose={() => setConfirming(null)}
            onSend={(parameters) => {
              setConfirming(null)
              onSendParameters(confirming.type, parameters)
            }}
          />
        </Suspense>
      )}
      {confirming && FORMS[confirming.type] && (
        <ConfirmCommand
          type={confirming.type}
          label={confirming.label}
          app={app}
          onClose={() => setConfirming(null)}
          onConfirm={(line) => {
            setConfirming(null)
            onSend(confirming.type, app, line)
          }}
        />
      )}
    </Stack>
  )
}

/** Drawings for the names of the server. */
const ICONS: Readonly<Record<string, Drawing>> = {
  'fa-redo': IconReload,
  'fa-play': IconPlayerPlay,
  'fa-stop': IconPlayerStop,
  'fa-pause': IconPlayerPause,
  'fa-download': IconDownload,
  'fa-sync': IconRefresh,
}

/** True for commands that are confirmed, or that have parameters, before they are sent. */
function needsDialog(type: string): boolean {
  const form = FORMS[type]
  return !form || form.isDangerous === true
}

function toButton(command: DeploymentOfPage['capabilities']['commands'][number]): CommandButton {
  const { type, label, icon } = command
  return { type, label: deploymentWords.commandNames[type] ?? label ?? type, icon: icon ?? '' }
}

interface ToolbarButtonProps {
  readonly button: CommandButton
  readonly isBusy: boolean
  readonly onClick: () => void
}

const ToolbarButton = ({ button: { type, label, icon }, isBusy, onClick }: ToolbarButtonProps) => (
  <Button
    variant="default"
    leftSection={<Icon of={ICONS[icon.split(' ').at(-1) ?? ''] ?? IconPoint} />}
    aria-haspopup={needsDialog(type) ? 'dialog' : undefined}
    disabled={isBusy}
    onClick={onClick}
  >
    {label}
  </Button>
)

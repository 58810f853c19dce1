import './deployment.css'
import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useOperations } from '@stackgate/react/hooks'
import { useState, type FormEvent } from 'react'
import { RenameDeployment, RotateAgentToken, StopDeployment } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { CopyButton } from '../../ui/copy-button.js'
import { Dialog } from '../../ui/dialog.js'
import { ConfirmDialog, FormFooter } from '../../ui/dialogs.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { keyWords } from '../../words/en/keys.js'
import type { DeploymentOfPage } from './server-panels.js'

interface ActsProps {
  readonly account: string
  readonly deployment: DeploymentOfPage
}

type Act = 'rename' | 'rotate' | 'stop'

interface Setting {
  readonly act: Act
  readonly title: string
  readonly text: string
  readonly button: string
  readonly isDangerous?: boolean
}

/** Renames and stops a deployment, and replaces the token of its agent. */
export function DeploymentSettings({ account, deployment }: ActsProps) {
  const { acts, stop, stopText } = deploymentWords
  const operations = useOperations()
  const [open, setOpen] = useState<Act | null>(null)
  const props: DialogProps = {
    account,
    deployment,
    onClose: () => setOpen(null),
    onDone: () => void operations.refetch('Deployment'),
  }
  const rows: readonly Setting[] = [
    { act: 'rename', title: acts.name, text: deployment.name, button: acts.rename },
    ...(deployment.agent
      ? [{ act: 'rotate' as const, title: acts.token, text: acts.rotateText, button: acts.rotate }]
      : []),
    { act: 'stop', title: acts.end, text: stopText, button: stop, isDangerous: true },
  ]
  return (
    <>
      <ul className="rows">
        {rows.map(({ act, title, text, button, isDangerous }) => (
          <li key={act} className="row setting">
            <div>
              <Text fw={500}>{title}</Text>
              <Text size="sm" c="dimmed" className="wrap">
                {text}
              </Text>
            </div>
            <Button
              size="xs"
              variant={isDangerous ? 'outline' : 'default'}
              color={isDangerous ? 'red' : undefined}
              aria-haspopup="dialog"
              onClick={() => setOpen(act)}
            >
              {button}
            </Button>
          </li>
        ))}
      </ul>
      {open === 'rename' && <RenameDialog {...props} />}
      {open === 'rotate' && <RotateDialog {...props} />}
      {open === 'stop' && <StopDialog {...props} />}
    </>
  )
}

interface DialogProps extends ActsProps {
  readonly onClose: () => void
  /** Called when the deployment has changed. */
  readonly onDone: () => void
}

function RenameDialog({ account, deployment, onClose, onDone }: DialogProps) {
  const { acts, cancel } = deploymentWords
  const [name, setName] = useState(deployment.name)
  const rename = useAction(RenameDeployment, () => {
    onDone()
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    rename.run({ id: deployment.hash, name: name.trim() })
  }
  return (
    <Dialog title={acts.renameTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={acts.name}
            required
            data-autofocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <FormFooter outcome={rename} account={account} cancel={cancel} submit={acts.rename} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}

function RotateDialog({ account, deployment, onClose, onDone }: DialogProps) {
  const { acts, cancel } = deploymentWords
  const [environment, setEnvironment] = useState<string | null>(null)
  const rotate = useAction(RotateAgentToken, (result) => {
    setEnvironment(result.environment)
    onDone()
  })
  if (environment !== null)
    return (
      <Dialog isSticky title={acts.rotated} size="lg" onClose={onClose}>
        <Stack>
          <Text>{acts.rotatedText}</Text>
          <Code block className="code" tabIndex={0} role="region" aria-label={acts.environment}>
            {environment}
          </Code>
          <Group justify="flex-end">
            <CopyButton text={environment} />
            <Button onClick={onClose}>{keyWords.secret.kept}</Button>
          </Group>
        </Stack>
      </Dialog>
    )
  return (
    <ConfirmDialog
      title={acts.rotateTitle}
      text={acts.rotateText}
      action={acts.rotate}
      keep={cancel}
      account={account}
      outcome={rotate}
      onConfirm={() => rotate.run({ deploymentId: deployment.hash })}
      onClose={onClose}
    />
  )
}

function StopDialog({ account, deployment, onClose, onDone }: DialogProps) {
  const stop = useAction(StopDeployment, () => {
    onDone()
    onClose()
  })
  return (
    <ConfirmDialog
      title={deploymentWords.stopTitle}
      text={deploymentWords.stopText}
      action={deploymentWords.stop}
      keep={deploymentWords.keep}
      account={account}
      outcome={stop}
      isDangerous
      onConfirm={() => stop.run({ id: deployment.hash })}
      onClose={onClose}
    />
  )
}

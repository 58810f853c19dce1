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

/** Renames and stops a deployment, and replaces the token of its agent. */
export function DeploymentActs({ account, deployment }: ActsProps) {
  const { acts, stop } = deploymentWords
  const operations = useOperations()
  const [open, setOpen] = useState<Act | null>(null)
  const props: DialogProps = {
    account,
    deployment,
    onClose: () => setOpen(null),
    onDone: () => void operations.refetch('Deployment'),
  }
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" aria-haspopup="dialog" onClick={() => setOpen('rename')}>
        {acts.rename}
      </Button>
      {deployment.agent && (
        <Button variant="default" size="xs" aria-haspopup="dialog" onClick={() => setOpen('rotate')}>
          {acts.rotate}
        </Button>
      )}
      <Button variant="outline" size="xs" color="red" aria-haspopup="dialog" onClick={() => setOpen('stop')}>
        {stop}
      </Button>
      {open === 'rename' && <RenameDialog {...props} />}
      {open === 'rotate' && <RotateDialog {...props} />}
      {open === 'stop' && <StopDialog {...props} />}
    </Group>
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

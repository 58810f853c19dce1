import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { Denial } from '@stackgate/client'
import { keyWords } from '../words/en/keys.js'
import { CopyButton } from './copy-button.js'
import { DenialCard } from './denial-card.js'
import { Dialog } from './dialog.js'
import { ForDevelopers } from './for-developers.js'

/** Refusal or error of a request in a dialog. */
export interface Outcome {
  readonly denial: Denial | null
  readonly error: { readonly message: string } | null
}

export const OutcomeText = ({ outcome, account }: { readonly outcome: Outcome; readonly account: string }) => (
  <>
    {outcome.denial && <DenialCard key={outcome.denial.message} denial={outcome.denial} account={account} />}
    {outcome.error && (
      <div role="alert">
        <Text c="var(--mantine-color-error)">{outcome.error.message}</Text>
        <ForDevelopers problem={outcome.error} />
      </div>
    )}
  </>
)

interface FormFooterProps {
  readonly outcome: Outcome & { readonly isPending: boolean }
  readonly account: string
  /** Names of the buttons. */
  readonly cancel: string
  readonly submit: string
  readonly isDisabled?: boolean
  readonly onClose: () => void
}

/** Refusal or error of a form in a dialog, and its buttons. */
export const FormFooter = ({ outcome, account, cancel, submit, isDisabled = false, onClose }: FormFooterProps) => (
  <>
    <OutcomeText outcome={outcome} account={account} />
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        {cancel}
      </Button>
      <Button type="submit" loading={outcome.isPending} disabled={isDisabled}>
        {submit}
      </Button>
    </Group>
  </>
)

interface ConfirmDialogProps {
  readonly title: string
  readonly text: string
  /** Name of the action. */
  readonly action: string
  readonly keep: string
  readonly account: string
  readonly outcome: Outcome & { readonly isPending: boolean }
  readonly isDangerous?: boolean
  readonly isDisabled?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** Asks before something that cannot simply be undone. The first button keeps everything. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, text, action, keep, account, outcome, isDangerous, isDisabled, onConfirm, onClose, children } = props
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack>
        <Text>{text}</Text>
        {children}
        <OutcomeText outcome={outcome} account={account} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus={children ? undefined : true}>
            {keep}
          </Button>
          <Button
            {...(isDangerous ? { color: 'red' } : {})}
            loading={outcome.isPending}
            disabled={isDisabled ?? false}
            onClick={onConfirm}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

interface SecretDialogProps {
  readonly secret: string
  /** Why the server does not show it again. Default: it stores only the hash. */
  readonly text?: string
  readonly onClose: () => void
}

/** Shows a secret that is returned once. A click outside does not close it. */
export function SecretDialog({ secret, text = keyWords.secret.text, onClose }: SecretDialogProps) {
  const texts = keyWords.secret
  const [field, setField] = useState<HTMLInputElement | null>(null)
  return (
    <Dialog isSticky onClose={onClose} title={texts.title}>
      <Stack>
        <Text>{text}</Text>
        <TextInput
          ref={setField}
          label={texts.label}
          readOnly
          value={secret}
          data-autofocus
          onFocus={() => field?.select()}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Group justify="flex-end">
          <CopyButton text={secret} />
          <Button onClick={onClose}>{texts.kept}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

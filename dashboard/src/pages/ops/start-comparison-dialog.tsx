import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent, type KeyboardEvent } from 'react'
import { StackgateError } from '@stackgate/client'
import { Accounts, StartUsageComparison } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { count } from '../../ui/format.js'
import { Dialog } from '../../ui/dialog.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { comparisonWords } from '../../words/en/usage-comparisons.js'

const texts = comparisonWords.start
const MAX_ACCOUNTS = 500
const FIELDS = ['name', 'reason', 'accountIds'] as const

/** Starts a comparison of accounts that are found or entered. */
export default function StartComparisonDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const action = usePageAction(StartUsageComparison, ({ id }) => {
    void navigate({ to: `/ops/usage-comparisons/${id}` })
  })
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [text, setText] = useState('')
  const accountIds = text.split('\n').flatMap((line) => line.trim() || [])
  const problem = problemOf(action)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    action.run({ name, reason, accountIds })
  }
  return (
    <Dialog title={texts.title} size="lg" onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{texts.effect}</Text>
          <TextInput
            label={texts.name}
            required
            data-autofocus
            value={name}
            error={problem.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label={texts.reason}
            description={texts.reasonHint}
            required
            autosize
            minRows={2}
            value={reason}
            error={problem.reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <AccountSearch chosen={accountIds} onAdd={(reference) => setText([...accountIds, reference].join('\n'))} />
          <Textarea
            label={texts.accounts}
            description={texts.accountsHint}
            required
            autosize
            minRows={3}
            maxRows={10}
            classNames={{ input: 'code-input' }}
            value={text}
            error={problem.accountIds}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Text size="sm" role="status">
            {texts.counted(count(accountIds.length), count(MAX_ACCOUNTS))}
          </Text>
          {problem.other && (
            <Alert color="orange" role="alert" title={words.refused}>
              {problem.other}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.cancel}
            </Button>
            <Button type="submit" loading={action.isPending}>
              {texts.confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

type Problem = Partial<Record<(typeof FIELDS)[number] | 'other', string>>

/** The refusal or error of a start, at the field that it is about. An account that does not exist is an error. */
function problemOf({ denial, error }: Pick<ReturnType<typeof usePageAction>, 'denial' | 'error'>): Problem {
  if (denial) return { [FIELDS.find((field) => field === denial.issues?.[0]?.path[0]) ?? 'other']: denial.message }
  if (!error) return {}
  return error instanceof StackgateError && error.code === 'NOT_FOUND'
    ? { accountIds: error.message }
    : { other: error.message }
}

interface AccountSearchProps {
  readonly chosen: readonly string[]
  readonly onAdd: (reference: string) => void
}

/** Finds accounts, and adds them by their references. */
function AccountSearch({ chosen, onAdd }: AccountSearchProps) {
  const [text, setText] = useState('')
  const [query, setQuery] = useState('')
  const accounts = useOperation(Accounts, { filter: { search: query }, first: 8 }, { enabled: query !== '' })
  // A form cannot contain another one.
  const searchOnEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    setQuery(text.trim())
  }
  return (
    <>
      <Group align="flex-end" gap="xs">
        <TextInput
          className="grow"
          type="search"
          label={texts.find}
          description={texts.findHint}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={searchOnEnter}
        />
        <Button variant="default" onClick={() => setQuery(text.trim())}>
          {words.find}
        </Button>
      </Group>
      {query !== '' && (
        <PanelContent query={accounts}>
          {({ accounts: found }) =>
            found && found.nodes.length > 0 ? (
              <ul className="rows" aria-label={texts.found}>
                {found.nodes.map(({ id, kind, externalId, name }) => {
                  const reference = `${kind.toLowerCase()}:${externalId}`
                  const isChosen = chosen.includes(reference) || chosen.includes(id)
                  return (
                    <li key={id} className="row">
                      <Text size="sm" className="row-name wrap">
                        {name ? `${name} (${reference})` : reference}
                      </Text>
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={isChosen ? texts.addedAccount(reference) : texts.addAccount(reference)}
                        aria-disabled={isChosen}
                        onClick={() => !isChosen && onAdd(reference)}
                      >
                        {isChosen ? texts.added : texts.add}
                      </Button>
                    </li>
                  )
                })}
              </ul>
            ) : (
              <Text size="sm" role="status">
                {texts.noneFound}
              </Text>
            )
          }
        </PanelContent>
      )}
    </>
  )
}

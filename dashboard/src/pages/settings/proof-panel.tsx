import { Alert, Button, Group, List, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { AccountInvariants, Installation, Statement } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { CodeExample } from '../../ui/code-example.js'
import { count, date } from '../../ui/format.js'
import { JsonText } from '../../ui/detail-list.js'
import { Section } from '../../ui/panel.js'
import { saveJson } from '../../ui/save-file.js'
import { StateBadge } from '../../ui/state-badge.js'
import { proofWords } from '../../words/en/proof.js'

const texts = proofWords
const MONTH_MS = 30 * 86_400_000

/** Proof of the data of an account: a statement that is verified elsewhere, and rules that are checked here. */
export const ProofPanel = ({ account }: { readonly account: string }) => (
  <Section title={texts.title}>
    <Text>{texts.text}</Text>
    <StatementPart account={account} />
    <RulesPart account={account} />
  </Section>
)

function StatementPart({ account }: { readonly account: string }) {
  const { client } = useSession()
  const installation = useOperation(Installation, {})
  const [chosen, setChosen] = useState<string | null>(null)
  const now = installation.data?.installation.clock.now
  const from = chosen ?? (now ? new Date(Date.parse(now) - MONTH_MS).toISOString().slice(0, 10) : '')
  const name = texts.fileName(from)
  const download = useMutation({
    mutationFn: () => client.request(Statement, { account, from: `${from}T00:00:00Z` }),
    onSuccess: ({ account: found }) => found?.usage?.statement && saveJson(found.usage.statement.document, name),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    download.mutate()
  }
  const statement = download.data?.account?.usage?.statement
  const key = download.data?.installation.signingKeys.find(({ id }) => id === statement?.keyId)
  return (
    <section aria-label={texts.statement}>
      <Title order={3} size="h5">
        {texts.statement}
      </Title>
      <Text size="sm" mb="xs">
        {texts.statementText}
      </Text>
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            type="date"
            label={texts.from}
            required
            value={from}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={download.isPending}>
            {texts.download}
          </Button>
        </Group>
      </form>
      <div role="status">
        {statement && (
          <Stack gap="xs" mt="sm">
            <Text size="sm">{texts.saved(count(statement.entryCount), date(statement.provenUntil))}</Text>
            {key && (
              <>
                <Text size="sm">{texts.verify}:</Text>
                <CodeExample name={texts.verify} code={texts.command(name, key.publicKey, statement.account.id)} />
              </>
            )}
          </Stack>
        )}
      </div>
      <Failure error={download.error} />
    </section>
  )
}

function RulesPart({ account }: { readonly account: string }) {
  const { client } = useSession()
  const check = useMutation({ mutationFn: () => client.request(AccountInvariants, { account }) })
  const rules = check.data?.account?.usage?.invariants ?? []
  const broken = rules.filter(({ ok }) => !ok)
  return (
    <section aria-label={texts.rules}>
      <Title order={3} size="h5">
        {texts.rules}
      </Title>
      <Text size="sm" mb="xs">
        {texts.rulesText}
      </Text>
      <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
        {texts.check}
      </Button>
      <div role="status">
        {rules.length > 0 && (
          <Alert mt="sm" color={broken.length > 0 ? 'red' : 'green'}>
            {broken.length > 0 ? texts.broken(count(broken.length)) : texts.allHold(count(rules.length))}
          </Alert>
        )}
      </div>
      {rules.length > 0 && (
        <details open={broken.length > 0}>
          <summary>{texts.showRules}</summary>
          <List size="sm">
            {[...broken, ...rules.filter(({ ok }) => ok)].map(
              ({ name, description, ok, checkedCount, counterexample }) => (
                <List.Item key={name}>
                  {description} {texts.checked(count(checkedCount))} {!ok && <StateBadge color="red">!</StateBadge>}
                  {counterexample !== null && <JsonText name={description} value={counterexample} />}
                </List.Item>
              ),
            )}
          </List>
        </details>
      )}
      <Failure error={check.error} />
    </section>
  )
}

const Failure = ({ error }: { readonly error: Error | null }) =>
  error && (
    <Alert color="orange" role="alert" title={texts.failed} mt="sm">
      {error.message}
    </Alert>
  )

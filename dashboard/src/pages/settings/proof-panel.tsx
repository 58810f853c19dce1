import { Alert, Button, List, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { AccountInvariants } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { count } from '../../ui/format.js'
import { JsonText } from '../../ui/detail-list.js'
import { Section } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { proofWords } from '../../words/en/proof.js'

const texts = proofWords

/** Rules of the data of an account, which are checked here. */
export const ProofPanel = ({ account }: { readonly account: string }) => (
  <Section title={texts.title}>
    <Text>{texts.text}</Text>
    <RulesPart account={account} />
  </Section>
)

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

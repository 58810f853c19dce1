import { Text } from '@mantine/core'
import { Deployments, Invoices, Subscription, Viewer } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { count } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { StepList, UnknownProgress, type Step } from './first-steps.js'

const texts = words.welcome.steps

/** The steps of the person's own account, live: what was done elsewhere counts as well. */
export function StepProgress({ steps }: { readonly steps: readonly Step[] }) {
  const viewer = useOperation(Viewer, {})
  const account = viewer.data?.viewer?.account.id
  if (!account) return <UnknownProgress steps={steps} />
  return <Progress account={account} steps={steps} />
}

function Progress({ account, steps }: { readonly account: string; readonly steps: readonly Step[] }) {
  const { session } = useSession()
  const done = useDoneSteps(account)
  return (
    <>
      {steps.some((step) => !done.has(step)) && <StepList steps={steps} done={done} />}
      <Text size="sm" c="dimmed" mt="xs" role="status">
        {texts.progress(
          count(steps.filter((step) => done.has(step)).length),
          count(steps.length),
          session?.email ?? '',
        )}
      </Text>
    </>
  )
}

function useDoneSteps(account: string): ReadonlySet<Step> {
  const subscription = useOperation(Subscription, { account }).data?.account?.billing?.subscription
  const deployments = useOperation(Deployments, { account }).data?.account?.deployments?.nodes ?? []
  const invoices = useOperation(Invoices, { account }).data?.account?.billing?.invoices?.nodes ?? []
  const paid = invoices.filter(({ status }) => status === 'PAID')
  const done: Readonly<Record<Step, boolean>> = {
    choose: !!subscription,
    pay: paid.length > 0,
    deploy: deployments.some(({ agent }) => agent),
    command: deployments.some(({ latestCommands }) => latestCommands.some(({ status }) => status === 'SUCCEEDED')),
    renew: paid.length > 1,
  }
  return new Set((Object.keys(done) as Step[]).filter((step) => done[step]))
}

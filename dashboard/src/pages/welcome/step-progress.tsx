import { Text } from '@mantine/core'
import { Deployments, Invoices, Subscription, Viewer } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { count } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { StepFrame, StepList, UnknownProgress, type Step } from './first-steps.js'

const texts = words.welcome.steps

interface StepProgressProps {
  readonly steps: readonly Step[]
  readonly isPanel?: boolean | undefined
}

/** The steps of the person's own account, live: what was done elsewhere counts as well. */
export function StepProgress({ steps, isPanel }: StepProgressProps) {
  const viewer = useOperation(Viewer, {})
  const account = viewer.data?.viewer?.account.id
  if (!account) return <StepFrame isPanel={isPanel} children={<UnknownProgress steps={steps} />} />
  return <Progress account={account} steps={steps} isPanel={isPanel} />
}

function Progress({ account, steps, isPanel }: StepProgressProps & { readonly account: string }) {
  const { session } = useSession()
  const done = useDoneSteps(account)
  const ofSteps = steps.filter((step) => done.has(step))
  if (ofSteps.length === steps.length) return null
  return (
    <StepFrame isPanel={isPanel}>
      <StepList steps={steps} done={done} />
      <Text size="sm" c="dimmed" mt="xs" role="status">
        {texts.progress(count(ofSteps.length), count(steps.length), session?.email ?? '')}
      </Text>
    </StepFrame>
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
